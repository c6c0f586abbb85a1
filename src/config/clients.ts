import type { ClientCredentials } from '../platforms/oauth-platform.ts';

/** The client credentials in environment variables, and the faults of these variables. */
interface Clients {
  readonly byKey: ReadonlyMap<string, ClientCredentials>;
  readonly faults: readonly string[];
}

/**
 * Reads the client credentials of the platforms with the keys `linkable`: `CLIENT_ID_GBOL` and `CLIENT_SECRET_GBOL` are
 * for the integration with the key `gbol`. A fault does not contain the value.
 */
export function clientCredentials(
  variables: Readonly<Record<string, string | undefined>>,
  linkable: ReadonlySet<string>,
): Clients {
  const byKey = new Map<string, ClientCredentials>();
  const faults: string[] = [];
  for (const name of Object.keys(variables)) {
    const [, part, upper] = /^CLIENT_(ID|SECRET)_(\w+)$/.exec(name) ?? [];
    if (part === undefined || upper === undefined) continue;
    const key = upper.toLowerCase();
    const [idName, secretName] = [`CLIENT_ID_${upper}`, `CLIENT_SECRET_${upper}`];
    const [id, secret] = [variables[idName], variables[secretName]];
    if (!linkable.has(key)) {
      faults.push(
        `${name} does not belong to an integration that can be linked: see docs/integrations.md`,
      );
    } else if (id === undefined || secret === undefined) {
      faults.push(`${name} requires ${id === undefined ? idName : secretName}`);
    } else if (part === 'ID') {
      byKey.set(key, { id, secret });
    }
  }
  return { byKey, faults };
}
