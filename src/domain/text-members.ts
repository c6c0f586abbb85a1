import { z } from 'zod';

/**
 * The schema of a JSON object whose member names the caller chooses and whose values are texts. Its output is a map:
 * `z.record` drops a member called `__proto__`. `rules` are the messages for a value that is no object, and for a member
 * that is no text.
 */
export function textMembers(rules: { readonly object: string; readonly member: string }) {
  return z
    .custom<Readonly<Record<string, unknown>>>(isJsonObject, rules.object)
    .check(({ value, issues }) => {
      for (const [name, member] of Object.entries(value)) {
        if (typeof member === 'string') continue;
        issues.push({ code: 'custom', input: member, path: [name], message: rules.member });
      }
    })
    .transform((members) => new Map(Object.entries(members)) as ReadonlyMap<string, string>);
}

function isJsonObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
