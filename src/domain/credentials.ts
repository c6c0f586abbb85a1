import { z } from 'zod';
import type { Instant } from './instant.ts';

/** What a platform gave so that a connection's data can be read and written. Secret. */
export interface Credentials {
  readonly accessToken: string;
  /** By which a new access token can be asked for; `null` where the platform gives none. */
  readonly refreshToken: string | null;
  /** When the access token stops working; `null` if the platform does not say. */
  readonly expires: Instant | null;
  /** What else the platform needs to be told, such as a realm or a shop. */
  readonly fields: Readonly<Record<string, string>>;
}

/** How much credentials may hold: characters of a token, a field's name and its value, and fields. */
export const credentialLimits = {
  token: 16_384,
  fields: 20,
  fieldName: 50,
  fieldValue: 4096,
} as const;

const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters')
  .max(credentialLimits.token, `must be at most ${credentialLimits.token} characters`);

/** The name of the platform's account, such as a tenant or realm, in the platform's own words. */
const account = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters');

/** Credentials that a caller hands over. */
export const givenCredentials = z.object({
  accessToken: token,
  refreshToken: token.nullish().transform((given) => given ?? null),
  expires: z
    .int()
    .nullish()
    .transform((given) => given ?? null),
  accountId: account.nullish().transform((given) => given ?? null),
  fields: z
    .array(
      z.object({
        name: z
          .string()
          .regex(/^[\w.-]{1,50}$/, 'must be 1 to 50 letters, digits, dots, dashes or underscores'),
        value: z
          .string()
          .max(
            credentialLimits.fieldValue,
            `must be at most ${credentialLimits.fieldValue} characters`,
          ),
      }),
    )
    .max(credentialLimits.fields, `must be at most ${credentialLimits.fields}`)
    .refine(
      (fields) => new Set(fields.map(({ name }) => name)).size === fields.length,
      'must name each field once',
    )
    .nullish()
    .transform((given) =>
      Object.fromEntries((given ?? []).map(({ name, value }) => [name, value])),
    ),
});
