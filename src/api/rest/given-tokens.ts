import type { z } from '@hono/zod-openapi';
import { parseInstant, type Instant } from '../../domain/instant.ts';
import { invalidInput, type InvalidInput } from '../../domain/refusal.ts';
import { ok, refuse, type Result } from '../../domain/result.ts';
import { textMembers } from '../../domain/members.ts';

/**
 * Accepted names for each part of the credentials: in the style of this API, and as OAuth 2.0 spells them (RFC 6749,
 * section 5.1).
 */
const names = {
  accessToken: ['accessToken', 'access_token'],
  refreshToken: ['refreshToken', 'refresh_token'],
  expires: ['expires', 'expiresAt', 'expires_at'],
  expiresIn: ['expiresIn', 'expires_in'],
  accountId: ['accountId', 'account_id'],
} as const;

type Part = keyof typeof names;

/** Tokens that a platform issued outside of this gateway. */
export const givenTokens = textMembers({
  object: 'must be an object',
  member: 'must be a string',
}).openapi('ConnectionTokens', {
  type: 'object',
  additionalProperties: { type: 'string' },
  description:
    'Tokens that the platform issued. `accessToken` is required. Optional are `refreshToken`, `expires` (an ISO 8601 time) or `expiresIn` (seconds from now), and `accountId`, the identifier of the account at the platform. The spellings of OAuth 2.0 (`access_token`) are accepted too. Other properties are stored as additional values that the platform needs with each request.',
  example: { accessToken: 'ya29.a0Af', refreshToken: '1//0g', expiresIn: '3600' },
});

type Tokens = z.output<typeof givenTokens>;

/** Converts tokens to the credentials of `authorizeConnection`. Parses only the expiry time. */
export function credentialsIn(tokens: Tokens, now: Instant): Result<unknown, InvalidInput> {
  const expires = expiryIn(tokens, now);
  if (!expires.ok) return expires;
  const known = new Set<string>(Object.values(names).flat());
  return ok({
    accessToken: partOf(tokens, 'accessToken'),
    refreshToken: partOf(tokens, 'refreshToken'),
    accountId: partOf(tokens, 'accountId'),
    expires: expires.value,
    fields: [...tokens]
      .filter(([name]) => !known.has(name))
      .map(([name, value]) => ({ name, value })),
  });
}

/** Returns the property of the request that a field of the operation's input came from. */
export function tokenNameOf(field: string, tokens: Tokens): string {
  const [part = ''] = field.replace(/^credentials\./, '').split(/[.[]/, 1);
  return Object.hasOwn(names, part) ? nameOf(tokens, part as Part) : part;
}

function expiryIn(tokens: Tokens, now: Instant): Result<Instant | undefined, InvalidInput> {
  const moment = partOf(tokens, 'expires');
  if (moment !== undefined) {
    const instant = parseInstant(moment);
    if (instant.ok) return instant;
    return refuse(invalidInput(nameOf(tokens, 'expires'), `must be ${instant.error}`));
  }
  const seconds = partOf(tokens, 'expiresIn');
  if (seconds === undefined) return ok(undefined);
  if (/^\d{1,10}$/.test(seconds)) return ok(now + Number(seconds) * 1000);
  return refuse(invalidInput(nameOf(tokens, 'expiresIn'), 'must be a whole number of seconds'));
}

function partOf(tokens: Tokens, part: Part): string | undefined {
  return tokens.get(nameOf(tokens, part));
}

function nameOf(tokens: Tokens, part: Part): string {
  return names[part].find((name) => tokens.has(name)) ?? part;
}
