import { z } from 'zod';

/**
 * The schema of a JSON object whose member names the caller chooses. Its output is a map: `z.record` drops a member
 * called `__proto__`. `rule` is the message for a value that is not an object.
 */
export function members(rule: string) {
  return z
    .custom<Readonly<Record<string, unknown>>>(isJsonObject, rule)
    .transform((given): ReadonlyMap<string, unknown> => new Map(Object.entries(given)));
}

/** The schema of a JSON object of texts, as `members`. `rules` has the messages for the object and for a member. */
export function textMembers(rules: { readonly object: string; readonly member: string }) {
  return members(rules.object)
    .check(({ value, issues }) => {
      for (const [name, member] of value) {
        if (typeof member === 'string') continue;
        issues.push({ code: 'custom', input: member, path: [name], message: rules.member });
      }
    })
    .transform((given) => given as ReadonlyMap<string, string>);
}

function isJsonObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
