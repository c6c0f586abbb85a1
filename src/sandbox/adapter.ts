import type Database from 'better-sqlite3';
import type { AdapterFactory, AdapterPayload } from 'oidc-provider';
import { InvalidGrant } from 'oidc-provider/lib/helpers/errors.js';
import type { Grants } from './data/grants.ts';

interface Row {
  readonly payload: string;
  readonly consumed_at: number | null;
}

/** Stores the library's data in the sandbox's file, with one adapter for each of its models. */
export function createAdapters(db: Database.Database, grants: Grants): AdapterFactory {
  const upsert = db.prepare(`
    INSERT INTO artifacts (model, id, payload, grant_id, expires_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (model, id) DO UPDATE
    SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`);
  const findWhere = (condition: string) =>
    db.prepare<[model: string, value: string], Row>(
      `SELECT payload, consumed_at FROM artifacts
       WHERE model = ? AND ${condition} AND (expires_at IS NULL OR expires_at > unixepoch())`,
    );
  const byId = findWhere('id = ?');
  const byUid = findWhere(`payload ->> 'uid' = ?`);
  const byUserCode = findWhere(`payload ->> 'userCode' = ?`);
  const consume = db.prepare(`
    UPDATE artifacts SET consumed_at = unixepoch()
    WHERE model = ? AND id = ? AND consumed_at IS NULL`);
  const destroy = db.prepare('DELETE FROM artifacts WHERE model = ? AND id = ?');
  const revoke = db.prepare('DELETE FROM artifacts WHERE model = ? AND grant_id = ?');

  return (model) => ({
    upsert: async (id, payload) => {
      grants.sweep();
      upsert.run(model, id, JSON.stringify(payload), payload.grantId, payload.exp);
    },
    find: async (id) => payloadOf(byId.get(model, id)),
    findByUid: async (uid) => payloadOf(byUid.get(model, uid)),
    findByUserCode: async (userCode) => payloadOf(byUserCode.get(model, userCode)),
    consume: async (id) => {
      if (consume.run(model, id).changes > 0) return;
      // Two requests used one token at the same time, and the library found it unused in both.
      const grantId = payloadOf(byId.get(model, id))?.grantId;
      if (grantId !== undefined) grants.end(grantId);
      throw new InvalidGrant('already used');
    },
    destroy: async (id) => {
      destroy.run(model, id);
    },
    revokeByGrantId: async (grantId) => {
      revoke.run(model, grantId);
    },
  });
}

function payloadOf(row: Row | undefined): AdapterPayload | undefined {
  if (!row) return undefined;
  const payload = JSON.parse(row.payload) as AdapterPayload;
  return row.consumed_at === null ? payload : { ...payload, consumed: row.consumed_at };
}
