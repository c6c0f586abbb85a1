import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type Database from 'better-sqlite3';
import type { JWK } from 'oidc-provider';

/** The secrets that are generated once and kept in the sandbox's file. */
export interface Secrets {
  readonly signingKey: JWK;
  /** Signs cookies and the tokens that protect forms. */
  readonly cookieKey: string;
  clientSecret(clientId: string): string;
}

/** Reads the secrets from the sandbox's file and generates missing ones. */
export async function loadSecrets(db: Database.Database): Promise<Secrets> {
  const find = db.prepare<[string], string>('SELECT value FROM secrets WHERE name = ?').pluck();
  const add = db.prepare<[string, string]>(
    'INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  // If two processes start together, both use the value that is inserted first.
  const keep = (name: string, made: string): string => {
    add.run(name, made);
    return find.get(name) ?? made;
  };
  const signingKey = find.get('signing-key') ?? keep('signing-key', await makeSigningKey());
  return {
    signingKey: JSON.parse(signingKey) as JWK,
    cookieKey: find.get('cookie-key') ?? keep('cookie-key', random()),
    clientSecret: (clientId) => {
      const name = `client-secret:${clientId}`;
      return find.get(name) ?? keep(name, random());
    },
  };
}

async function makeSigningKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  return JSON.stringify({ ...jwk, kid: randomUUID(), use: 'sig', alg: 'ES256' });
}

function random(): string {
  return randomBytes(32).toString('base64url');
}
