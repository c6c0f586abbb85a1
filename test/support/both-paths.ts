import type { OutgoingHttpHeaders } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'vitest';
import { captureLog, type CapturedLog } from './captured-log.ts';
import { fullPath } from './full-path.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { send } from './http.ts';
import { companyRecord, connectionRecord } from './records.ts';
import { until } from './until.ts';

/** Two gateways, each over its own copy of the same data. `full` has its fast path switched off. */
export interface BothPaths {
  readonly fast: LoggedGateway;
  readonly full: LoggedGateway;
  /** Does something to both gateways, such as break the database. */
  each(action: (gateway: LoggedGateway) => unknown): Promise<void>;
}

interface LoggedGateway extends TestGateway {
  readonly log: CapturedLog;
}

/** A request for `/graphql`, POSTed as JSON unless it says otherwise. */
export interface PlainRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Anything except a string or a buffer is sent as JSON. */
  readonly body: unknown;
}

/** The ids of the companies and connections that both gateways have. */
export const ids = {
  acme: '00000000-0000-4000-8000-0000000000a1',
  zenith: '00000000-0000-4000-8000-0000000000a2',
  empty: '00000000-0000-4000-8000-0000000000a3',
  linked: '00000000-0000-4000-8000-0000000000c1',
  pending: '00000000-0000-4000-8000-0000000000c2',
  banking: '00000000-0000-4000-8000-0000000000c3',
  integration: '00000000-0000-4000-8000-0000000000b1',
  nobody: '00000000-0000-4000-8000-0000000000ff',
} as const;

/** Starts both gateways. They have the same public URL, so that responses with links can be equal. */
export async function startBothPaths(env: Record<string, string> = {}): Promise<BothPaths> {
  const start = async (FAST_PATH: string): Promise<LoggedGateway> => {
    const log = captureLog();
    const gateway = await startTestGateway({
      publicUrl: 'https://gateway.example',
      logger: log.logger,
      env: { FAST_PATH, RATE_LIMIT: 'off', ...env },
    });
    const summary = await gateway.import(records);
    if (summary.connections.created !== 3) throw new Error(JSON.stringify(summary));
    return { ...gateway, log };
  };
  const [fast, full] = [await start('on'), await start('off')];
  return {
    fast,
    full,
    async each(action) {
      await action(fast);
      await action(full);
    },
  };
}

const records = [
  companyRecord({
    id: ids.acme,
    name: 'Acme “Ünïcode” 商社 🏢',
    description: 'Line one\nline two and "three"',
    tags: { region: 'north', tier: 'gold' },
    dataConnections: [
      connectionRecord({
        id: ids.linked,
        integrationId: ids.integration,
        integrationKey: null,
        platformName: 'Homegrown',
        sourceType: 'Other',
        sourceId: ids.integration,
      }),
      connectionRecord({ id: ids.pending, status: 'PendingAuth', lastSync: null }),
    ],
  }),
  companyRecord({
    id: ids.zenith,
    name: 'Zenith',
    dataConnections: [
      connectionRecord({ id: ids.banking, sourceType: 'Banking', status: 'Deauthorized' }),
    ],
  }),
  companyRecord({ id: ids.empty, name: 'Empty', created: '0001-01-01T00:00:00Z' }),
];

let asked = 0;

/** How often a request is sent by default. The second one compiles the query; the last ones take the fast path. */
const usualRounds = 4;

/**
 * Sends a request `rounds` times to both gateways and expects equal responses and logs each time. Returns the last
 * response, and which path the gateway with a fast path took each time.
 */
export async function expectSame(
  both: BothPaths,
  request: PlainRequest,
  rounds = usualRounds,
): Promise<{ readonly text: string; readonly status: number; readonly paths: string[] }> {
  const paths: string[] = [];
  let last = { text: '', status: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const requestId = `request-${(asked += 1)}.`;
    const before = fullPath.requests;
    const fast = await ask(both.fast, request, requestId);
    paths.push(fullPath.requests === before ? 'fast' : 'full');
    const full = await ask(both.full, request, requestId);
    expect(fast).toEqual(full);
    last = { text: full.text, status: full.status };
  }
  return { ...last, paths };
}

/** Returns everything observable about a request, except times and values that are random for each request. */
async function ask(gateway: LoggedGateway, request: PlainRequest, requestId: string) {
  const { method = 'POST', path = '/graphql', headers = {}, body } = request;
  const {
    status,
    headers: answered,
    text,
  } = await send(gateway.url, {
    method,
    path,
    headers: { 'content-type': 'application/json', 'x-request-id': requestId, ...headers },
    ...(body !== undefined && { body: asBody(body) }),
  });
  const lines = () => gateway.log.linesWith(requestId);
  const isLogged = () => lines().some((it) => it['msg'] === 'request');
  // The log line usually appears within a turn or two after the response, which is sooner than any timer.
  for (let turns = 0; turns < 10 && !isLogged(); turns += 1) await turn();
  await until('it is logged', isLogged);
  return {
    status,
    headers: { ...answered, date: undefined },
    text: withoutNovelties(text),
    log: lines().map((line) => withoutMoments(line, gateway.file)),
  };
}

function asBody(body: unknown): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

function withoutMoments(
  { time, durationMs, caller, traceId, err, ...line }: Record<string, unknown>,
  file: string,
) {
  const { message } = (err ?? {}) as { message?: string };
  return {
    ...line,
    hasMoments: [typeof time, typeof durationMs, typeof traceId],
    caller: typeof caller,
    ...(message !== undefined && { message: message.replaceAll(file, 'test.db') }),
  };
}

/** Replaces each generated id by the order of its first appearance, and removes times, link codes and API keys. */
function withoutNovelties(text: string): string {
  const known = new Set<string>(Object.values(ids));
  const names = new Map<string, string>();
  return text
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, (id) => {
      if (known.has(id)) return id;
      if (!names.has(id)) names.set(id, `<id ${names.size}>`);
      return names.get(id) ?? '';
    })
    .replaceAll(/20(2[5-9]|[3-9]\d)-\d\d-\d\dT[\d:.]+Z/g, '<now>')
    .replaceAll(/code=[\w-]+/g, 'code=<code>')
    .replaceAll(/cnx_[\da-z]{8}_[\w-]{43}/g, '<key>')
    .replaceAll(/"prefix":"[\da-z]{8}"/g, '"prefix":"<prefix>"');
}
