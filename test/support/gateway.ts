import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { readConfig } from '../../src/config/config.ts';
import type { Clock } from '../../src/domain/clock.ts';
import { importRecords } from '../../src/import/import-records.ts';
import { readRecords } from '../../src/import/read-records.ts';
import type { ImportSummary } from '../../src/import/tally.ts';
import { openPersistedDocuments } from '../../src/app/gateway/open-persisted-documents.ts';
import { openStore } from '../../src/app/gateway/open-store.ts';
import { startGateway, type GatewayParts } from '../../src/app/gateway/gateway.ts';
import type { Store } from '../../src/store/store.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { whenOver } from './lifetime.ts';
import { temporaryFolder } from './folder.ts';
import { placeNewDatabase } from './new-database.ts';
import { newVault } from './vault.ts';
import {
  companyRecord,
  connectionRecord,
  type CompanyRecordInput,
  type ConnectionRecordInput,
} from './records.ts';

/** A GraphQL response. */
export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
}

/** The ids of a company and its connections, in the order in which the connections were given. */
interface AddedCompany {
  readonly companyId: string;
  readonly connectionIds: readonly string[];
  /** The id of the first connection, for companies with only one. */
  readonly connectionId: string;
}

/** A gateway on its own port over a new database file. */
export interface TestGateway {
  readonly url: string;
  readonly sandboxUrl: string | undefined;
  readonly file: string;
  readonly store: Store;
  /** The vault that encrypts stored secrets, with its own key. */
  readonly vault: Vault;
  /** Returns the SQL statements since the last call, except those that the store runs for itself. */
  takeStatements(): string[];
  /** Sends a GraphQL request as a client does. The caller chooses the type of the data. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows the shape that its own query asks for
  query<Data = any>(document: string, variables?: Record<string, unknown>): Promise<Answer<Data>>;
  import(records: readonly unknown[]): Promise<ImportSummary>;
  /** Stops the gateway before the test ends, as a signal would. The store stays open. */
  stop(): Promise<void>;
  /** Adds a company. Missing fields of `connections` get defaults; the field replaces `dataConnections`. */
  withCompany(
    given?: Partial<Omit<CompanyRecordInput, 'dataConnections'>> & {
      connections?: readonly Partial<ConnectionRecordInput>[];
    },
  ): Promise<AddedCompany>;
}

interface Options {
  readonly graphiql?: boolean;
  readonly publicUrl?: string;
  readonly logger?: Logger;
  /** The database file, which another gateway may have open. A new one unless given. */
  readonly file?: string;
  /** Called with each SQL statement before it runs. */
  readonly onStatement?: (sql: string) => void;
  /** More configuration, as environment variables. */
  readonly env?: Record<string, string>;
  readonly clock?: Clock;
  /** The timeouts for clients. */
  readonly times?: GatewayParts['times'];
  /** Wraps the store that the gateway uses. */
  readonly around?: (store: Store) => Store;
}

/** Statements for snapshots and transactions that requests share. */
const shared = new Set([
  'BEGIN',
  'PRAGMA data_version',
  'ROLLBACK',
  'SAVEPOINT work',
  'RELEASE work',
]);

/** Reports whether no request asked for a statement: it is shared, or it looks for background work. */
function isOwnBusiness(sql: string): boolean {
  if (shared.has(sql)) return true;
  return /^select "(credentials|revocations)"."(connection_id|id)" from "(credentials|revocations)" inner join/.test(
    sql,
  );
}

/** Starts a gateway that ends with the test. */
export async function startTestGateway(options: Options = {}): Promise<TestGateway> {
  const file = options.file ?? join(await temporaryFolder(), 'test.db');
  let statements: string[] = [];
  await placeNewDatabase(file);
  const {
    graphiql = false,
    publicUrl = '',
    logger = pino({ level: 'silent' }),
    env,
    clock,
    times,
    around = (it) => it,
  } = options;
  const vault = newVault();
  const config = readConfig({
    PORT: '0',
    SANDBOX: 'off',
    DATABASE_URL: `file:${file}`,
    GRAPHIQL: graphiql ? 'on' : 'off',
    PUBLIC_URL: publicUrl,
    ...env,
  });
  const store = await openStore({
    file,
    platforms: config.platforms,
    readerThreads: 1,
    onStatement: (sql) => {
      options.onStatement?.(sql);
      if (!isOwnBusiness(sql)) statements.push(sql);
    },
  });
  const documents = openPersistedDocuments(config);
  const gateway = await startGateway(config, {
    onRequest: () => store.beginTurn(),
    integrationAtHand: (id) => store.integrationAtHand(id),
    store: around(store),
    vault,
    documents,
    logger,
    ...(clock && { clock }),
    ...(times && { times }),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= gateway.close());
  whenOver(async () => {
    await stop();
    await store.close();
  });

  const maxConnections = config.limits.connectionsPerCompany;
  const runImport = (records: readonly unknown[]) =>
    importRecords(store, () => readAll(records), { maxConnections });
  return {
    url: gateway.url,
    sandboxUrl: gateway.sandboxUrl,
    vault,
    file,
    store,
    takeStatements() {
      const taken = statements;
      statements = [];
      return taken;
    },
    query: (document, variables) => postQuery(gateway.url, document, variables),
    import: runImport,
    stop,
    async withCompany({ connections = [], ...given } = {}) {
      const record = companyRecord({
        ...given,
        dataConnections: connections.map((connection) => connectionRecord(connection)),
      });
      const { companies } = await runImport([record]);
      if (companies.created !== 1) throw new Error('the company was not added');
      const connectionIds = record.dataConnections.map(({ id }) => id);
      return { companyId: record.id, connectionIds, connectionId: connectionIds[0] ?? '' };
    },
  };
}

/** Sends a GraphQL request to the gateway at `url`. */
export async function postQuery<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data: Data; errors?: Answer<Data>['errors'] };
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors ?? [],
  };
}

function readAll(records: readonly unknown[]) {
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  return readRecords(
    (async function* bytes() {
      yield Buffer.from(lines);
    })(),
  );
}
