import { z } from 'zod';
import { isAllowedAddress } from '../web/outgoing/address.ts';
import type { AuthorizationProfile } from './authorization-profile.ts';

// The rules of authorization profiles: files are checked against them at the start, built-in ones by a test.

const maxUrl = 2048;
const urlRule = `must be an https URL of at most ${maxUrl} characters without user name, password and fragment. http is allowed only for this machine`;

const url = z.string().refine((text) => {
  if (text.length > maxUrl || !URL.canParse(text)) return false;
  const parsed = new URL(text);
  return isAllowedAddress(parsed) && parsed.hash === '';
}, urlRule);

const issuer = url.refine((text) => !text.includes('?'), 'must not have a query');

const endpoints = {
  authorizationEndpoint: url,
  tokenEndpoint: url,
  revocationEndpoint: url.optional(),
};

/** Server metadata, found under the issuer or described. Two shapes, so that a fault names the member that has it. */
const server = z.unknown().transform((value, context) => {
  const isDiscovered =
    typeof value === 'object' &&
    value !== null &&
    'issuer' in value &&
    !Object.keys(endpoints).some((name) => name in value);
  const shape = isDiscovered
    ? z.strictObject({ issuer })
    : z.strictObject({ issuer: issuer.optional(), ...endpoints });
  const parsed = shape.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: 'custom', path, message });
  }
  return z.NEVER;
});

const name = z.string().regex(/^[\w.:/-]{1,100}$/, 'must be 1 to 100 letters, digits or _.:/-');
const path = z
  .string()
  .regex(/^[^.]+(\.[^.]+)*$/, 'must be names with dots between them')
  .max(200);

/** Identifiers of accounts are stored without encryption, and stay the same from link to link. */
const notSecret = name.refine(
  (it) => !/^(access_token|refresh_token|id_token|code|state)$/.test(it),
  'must not be a token, code or state',
);

const account = z.discriminatedUnion(
  'from',
  [
    z.strictObject({ from: z.literal('idToken'), claim: name }),
    z.strictObject({ from: z.literal('tokenResponse'), field: notSecret }),
    z.strictObject({ from: z.literal('callback'), parameter: notSecret }),
    z.strictObject({ from: z.literal('request'), url, path, newestBy: path.optional() }),
  ],
  {
    error: ({ code }) =>
      code === 'invalid_union' ? 'must be idToken, tokenResponse, callback or request' : undefined,
  },
);

const flowParameter =
  /^(response_type|client_id|client_secret|redirect_uri|scope|state|nonce|code_.*)$/;

const authorizationParameters = z
  .record(name, z.string().max(1000))
  .refine((all) => Object.keys(all).length <= 20, 'must have at most 20 parameters')
  .refine(
    (all) => !Object.keys(all).some((it) => flowParameter.test(it)),
    'must not have a parameter that the flow itself sets',
  );

/** RFC 6749, section 3.3. */
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,300}$/, 'must be 1 to 300 characters of a scope (RFC 6749)');

/** The members of an authorization profile, with the rules of each. */
export const profileMembers = {
  integrationKey: z.string(),
  source: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(maxUrl),
  server,
  scopes: z
    .array(scope)
    .max(100)
    .refine((all) => new Set(all).size === all.length, 'must name each scope once'),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post']),
  authorizationParameters: authorizationParameters.optional(),
  account: account.optional(),
  revocationBody: z.literal('json').optional(),
  revocationEndsAll: z.literal(true).optional(),
  renewableBeforeExpirySeconds: z.int().min(1).max(86_400).optional(),
} satisfies Record<keyof AuthorizationProfile, z.ZodType>;

/** Reports what members of a profile that are valid by themselves break together. */
export function checkTogether(
  profile: Pick<AuthorizationProfile, 'scopes' | 'server' | 'account'>,
  addFault: (path: (string | number)[], message: string) => void,
): void {
  const isOpenIdConnect = profile.scopes.includes('openid');
  if (isOpenIdConnect && profile.server.issuer === undefined) {
    addFault(['server', 'issuer'], 'is required with the scope openid, to check ID tokens');
  }
  if (profile.account?.from === 'idToken' && !isOpenIdConnect) {
    addFault(['account', 'from'], 'must not be idToken without the scope openid');
  }
}

/** Returns the rule that a value breaks, in the words of our messages. `undefined` leaves the schema's own. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is required';
    return `must be ${nouns[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `must be ${issue.values.map(String).join(' or ')}`;
  if (issue.code === 'unrecognized_keys') {
    return `must not have the member ${issue.keys.slice(0, 3).map(shown).join(', ')}`;
  }
  if (issue.code === 'too_big') {
    return `must be at most ${issue.maximum}${amounts[issue.origin] ?? ''}`;
  }
  if (issue.code === 'too_small') {
    return `must be at least ${issue.minimum}${amounts[issue.origin] ?? ''}`;
  }
  return undefined;
}

function shown(key: string): string {
  return JSON.stringify(key.slice(0, 50));
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a string',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  int: 'a whole number',
  number: 'a number',
};

const amounts: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };
