import { readFileSync } from 'node:fs';
import { v5 } from 'uuid';
import { z } from 'zod';
import type { IntegrationId, SourceId } from '../domain/id.ts';
import type { Integration } from '../domain/integration.ts';
import { sourceTypes } from '../domain/source-type.ts';
import type { Store, StoreReader } from '../store/store.ts';

const entries = z.array(
  z.strictObject({
    key: z.string().length(4),
    name: z.string(),
    sourceType: z.enum(sourceTypes),
  }),
);

type Described = Pick<Integration, 'name' | 'sourceType'> & { readonly key: string };

/** Must never change: the ids of the catalogue's integrations derive from it and are the same everywhere. */
const namespace = '9784c782-8c02-44e2-bba1-dc19849c0141';

/** Returns the integrations that the product includes. */
export function catalogue(): Integration[] {
  const file = readFileSync(new URL('integrations.json', import.meta.url), 'utf8');
  return entries.parse(JSON.parse(file)).map(toIntegration);
}

/** Returns an integration with this key. Its ids derive from the key, so they are the same in every gateway. */
export function toIntegration({ key, name, sourceType }: Described): Integration {
  return {
    id: v5(`integration:${key}`, namespace) as IntegrationId,
    key,
    name,
    sourceType,
    sourceId: v5(`source:${key}`, namespace) as SourceId,
    enabled: true,
  };
}

/**
 * Adds the integrations of the catalogue and the operator's `own` that the store lacks. If an import created one with the
 * same key, that one stays: one of the operator's gets the name in `own` and is enabled. Returns those of `own` that the
 * store has with another source type, which connections depend on, and then changes nothing.
 */
export async function addIntegrations(
  store: Store,
  own: readonly Integration[],
): Promise<Integration[]> {
  // Read before taking the write lock: most starts find nothing to change.
  const found = await compare(store, own);
  if (found.conflicts.length > 0 || !hasChanges(found)) return found.conflicts;
  return store.transact(async (tx) => {
    const { missing, differing, conflicts } = await compare(tx, own);
    if (conflicts.length > 0) return conflicts;
    for (const integration of missing) await tx.integrations.create(integration);
    for (const { id, name } of differing) await tx.integrations.enable(id, name);
    return [];
  });
}

interface Comparison {
  readonly missing: readonly Integration[];
  /** Integrations as the store has them, with the operator's name. */
  readonly differing: readonly Pick<Integration, 'id' | 'name'>[];
  /** The operator's integrations whose source type differs from the stored one. */
  readonly conflicts: Integration[];
}

async function compare(reader: StoreReader, own: readonly Integration[]): Promise<Comparison> {
  const known = await reader.integrations.all({});
  const ids = new Set(known.map(({ id }) => id));
  const byKey = new Map(known.map((it) => [it.key, it]));
  const both = own.flatMap((it) => {
    const stored = byKey.get(it.key);
    return stored ? [{ stored, own: it }] : [];
  });
  return {
    missing: [...catalogue(), ...own].filter(({ id, key }) => !ids.has(id) && !byKey.has(key)),
    differing: both
      .filter((it) => it.stored.name !== it.own.name || !it.stored.enabled)
      .map(({ stored: { id }, own: { name } }) => ({ id, name })),
    conflicts: both
      .filter((it) => it.stored.sourceType !== it.own.sourceType)
      .map(({ own: it }) => it),
  };
}

function hasChanges({ missing, differing }: Comparison): boolean {
  return missing.length + differing.length > 0;
}
