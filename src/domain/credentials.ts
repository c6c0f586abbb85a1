import { z } from 'zod';
import type { Instant } from './instant.ts';

/** The credentials that a platform issued to read and write a connection's data. Secret. */
export interface Credentials {
  readonly accessToken: string;
  /** Requests a new access token; `null` if the platform issues none. */
  readonly refreshToken: string | null;
  /** When the access token stops working; `null` if the platform does not say. */
  readonly expires: Instant | null;
  /** Other values that the platform needs, such as a realm or a shop. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The limits of credentials: characters of a token, of a field's name and of its value, and the number of fields. */
export const credentialLimits = {
  token: 16_384,
  fields: 20,
  fieldName: 50,
  fieldValue: 4096,
} as const;

// The characters that RFC 6749, appendix A, permits, without the space: RFC 6750 has none in a bearer token.
const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters')
  .max(credentialLimits.token, `must be at most ${credentialLimits.token} characters`);

/** The schema of tokens, whether a platform issued them to the gateway or a caller supplies them. */
export const issuedTokens = z.object({
  accessToken: token,
  refreshToken: token.nullish().transform((given) => given ?? null),
});

/** The schema of the platform's own identifier of the account, such as a tenant or realm. */
export const accountId = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters');

/** The schema of credentials that a caller supplies. */
export const givenCredentials = issuedTokens.extend({
  expires: z
    .int()
    .nullish()
    .transform((given) => given ?? null),
  accountId: accountId.nullish().transform((given) => given ?? null),
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
    .max(credentialLimits.fields, `must have at most ${credentialLimits.fields} fields`)
    .refine(
      (fields) => new Set(fields.map(({ name }) => name)).size === fields.length,
      'must not have two fields of the same name',
    )
    .nullish()
    .transform((given) =>
      Object.fromEntries((given ?? []).map(({ name, value }) => [name, value])),
    ),
});
