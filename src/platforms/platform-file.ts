import { z } from 'zod';
import { integrationLimits, type Integration } from '../domain/integration.ts';
import { refuse, ok, type Result } from '../domain/result.ts';
import { sourceTypes } from '../domain/source-type.ts';
import { text } from '../domain/text-input.ts';
import type { AuthorizationProfile } from './authorization-profile.ts';
import { authorizationProfiles } from './authorization-profiles.ts';
import { checkTogether, describeIssue, profileMembers } from './profile-schema.ts';

/** A platform that an operator described in a file. */
export interface OwnPlatform {
  readonly profile: AuthorizationProfile;
  /** The integration as the file describes it; `undefined` if the platform belongs to one of the catalogue. */
  readonly integration:
    (Pick<Integration, 'name' | 'sourceType'> & { readonly key: string }) | undefined;
}

const maxPlatforms = 200;
/** The longest file, in characters. */
const maxLength = 1024 * 1024;
/** The most faults that are reported. */
const maxFaults = 20;

const builtIn = new Set(authorizationProfiles.map(({ integrationKey }) => integrationKey));

/** Parts of URLs, and of names of variables. */
const key = z
  .string()
  .regex(/^[a-z0-9]{4,20}$/, 'must be 4 to 20 lower-case letters and digits')
  .refine((it) => !builtIn.has(it), 'must not be the key of a platform with a built-in profile');

const platform = z
  .strictObject({
    ...profileMembers,
    integrationKey: key,
    name: text({ min: 1, max: integrationLimits.name }).optional(),
    sourceType: z.enum(sourceTypes).optional(),
  })
  .check(({ value, issues }) => {
    const addFault = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', input: value, path, message });
    checkTogether(value, addFault);
    const { name, sourceType } = value;
    if (name !== undefined && sourceType === undefined) addFault(['sourceType'], withName);
    if (name === undefined && sourceType !== undefined) addFault(['name'], withSourceType);
  });

const withName = 'is required with name, for an integration that is not in the catalogue';
const withSourceType =
  'is required with sourceType, for an integration that is not in the catalogue';

const file = z.strictObject({
  // An editor's reference to a schema.
  $schema: z.string().optional(),
  platforms: z
    .array(platform)
    .max(maxPlatforms)
    .check(({ value, issues }) => {
      const seen = new Set<string>();
      for (const [index, { integrationKey }] of value.entries()) {
        if (seen.has(integrationKey)) {
          const path = [index, 'integrationKey'];
          const message = 'must not be the key of another platform of the file';
          issues.push({ code: 'custom', input: value, path, message });
        }
        seen.add(integrationKey);
      }
    }),
});

/**
 * Parses a file of platforms: JSON with `platforms`, a list of authorization profiles with the `name` and `sourceType` of
 * integrations that the catalogue lacks. On failure, returns messages that start with the place, such as
 * `platforms[0].server.tokenEndpoint`, and contain no value.
 */
export function parsePlatformFile(content: string): Result<readonly OwnPlatform[], string[]> {
  if (content.length > maxLength) return refuse(['must be at most 1 MiB']);
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    return refuse(['must be JSON']);
  }
  const parsed = file.safeParse(value, { error: describeIssue });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${placeOf(path)} ${message}`);
    const more = faults.length - maxFaults;
    return refuse([...faults.slice(0, maxFaults), ...(more > 0 ? [`and ${more} more`] : [])]);
  }
  return ok(
    parsed.data.platforms.map(({ name, sourceType, ...profile }) => ({
      // The compiler tells an absent member from an undefined one. zod leaves absent members out.
      profile: profile as AuthorizationProfile,
      integration:
        name !== undefined && sourceType !== undefined
          ? { key: profile.integrationKey, name, sourceType }
          : undefined,
    })),
  );
}

/** Returns a path as JavaScript writes it; `it` for the root. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step).slice(0, 50);
      return /^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
  return place === '' ? 'it' : place.replace(/^\./, '');
}
