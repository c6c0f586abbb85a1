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

/** Must never change: the ids of the catalogue's integrations derive from it and are the same everywhere. */
const namespace = '9784c782-8c02-44e2-bba1-dc19849c0141';

/** Returns the integrations that the product includes. */
export function catalogue(): Integration[] {
  const file = readFileSync(new URL('integrations.json', import.meta.url), 'utf8');
  return entries.parse(JSON.parse(file)).map(({ key, name, sourceType }) => ({
    id: v5(`integration:${key}`, namespace) as IntegrationId,
    key,
    name,
    sourceType,
    sourceId: v5(`source:${key}`, namespace) as SourceId,
    enabled: true,
  }));
}

/** Adds the catalogue's integrations that the store lacks, except those whose key an imported integration has. */
export async function addCatalogue(store: Store): Promise<void> {
  // Read before taking the write lock: most starts find nothing to add.
  if ((await missingFrom(store)).length === 0) return;
  await store.transact(async (tx) => {
    for (const integration of await missingFrom(tx)) await tx.integrations.create(integration);
  });
}

async function missingFrom(reader: StoreReader): Promise<Integration[]> {
  const known = await reader.integrations.all({});
  const ids = new Set(known.map(({ id }) => id));
  const keys = new Set(known.map(({ key }) => key));
  return catalogue().filter(({ id, key }) => !ids.has(id) && !keys.has(key));
}
