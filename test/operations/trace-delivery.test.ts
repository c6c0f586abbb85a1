import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { captureLog } from '../support/captured-log.ts';
import { startCollector, startTracedGateway } from '../support/collector.ts';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery } from '../support/gateway.ts';
import { sendJson } from '../support/http.ts';
import { runCommand, spawnGateway, type Running } from '../support/process.ts';
import { until } from '../support/until.ts';

const query = '{ companies { totalCount } }';

async function spawnTraced(endpoint: string, env: Record<string, string> = {}) {
  const file = join(await temporaryFolder(), 'test.db');
  return spawnGateway(file, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env });
}

async function stop({ child, finished }: Running) {
  child.kill('SIGTERM');
  return finished;
}

/** Returns what a gateway logged about the delivery of traces. */
function deliveries(log: string) {
  return log
    .split('\n')
    .filter((line) => line.includes('"traces '))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a gateway that stops has sent what it traced, to /v1/traces below the endpoint', async () => {
  const collector = await startCollector();
  const gateway = await spawnTraced(`${collector.url}/otlp/`);
  await postQuery(gateway.url, query);

  const { code, stderr } = await stop(gateway);

  expect(code).toBe(0);
  expect(collector.exports.map(({ path }) => path)).toEqual(['/otlp/v1/traces']);
  expect(collector.spans().map(({ name }) => name)).toContain('query');
  expect(collector.resource()).toMatchObject({ 'service.name': 'connexions' });
  expect(deliveries(stderr)).toEqual([]);
});

test('a response of the collector that is too large is broken off, and logged as a failure', async () => {
  const log = captureLog();
  const { gateway, collector } = await startTracedGateway({ logger: log.logger });
  collector.body = ' '.repeat(4 * 1024 * 1024 + 1);
  await postQuery(gateway.url, query);

  await gateway.stop();

  expect(collector.exports).toHaveLength(1);
  expect(deliveries(log.text())).toMatchObject([
    {
      msg: 'traces cannot be delivered',
      reason: expect.stringMatching(/exceeded size limit of 4194304 bytes/),
    },
  ]);
});

test('probes of health are not traced', async () => {
  const { gateway, collector } = await startTracedGateway();
  await fetch(`${gateway.url}/health/live`);
  await fetch(`${gateway.url}/health/ready`);
  await fetch(`${gateway.url}/metrics`);

  await gateway.stop();

  expect(collector.spans().map(({ name }) => name)).toEqual(['GET /metrics']);
});

test('a request whose client does not sample its trace is logged with its id, but not sent', async () => {
  const log = captureLog();
  const { gateway, collector } = await startTracedGateway({ logger: log.logger });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-00`;
  await sendJson(gateway.url, { query }, { traceparent });

  await gateway.stop();

  expect(collector.exports).toEqual([]);
  expect(log.text()).toContain(`"traceId":"${traceId}"`);
});

test('the standard variables say how spans are sent and who sends them, and no secret is logged', async () => {
  const collector = await startCollector();
  collector.status = 400;
  const gateway = await spawnTraced(collector.url, {
    LOG_LEVEL: 'trace',
    OTEL_LOG_LEVEL: 'all',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20planted-secret,x-tenant=a',
    OTEL_SERVICE_NAME: 'gateway-7',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging,service.name=other',
  });
  await postQuery(gateway.url, query);

  const { stdout, stderr } = await stop(gateway);

  expect(collector.exports[0]?.headers).toMatchObject({
    authorization: 'Bearer planted-secret',
    'x-tenant': 'a',
  });
  expect(collector.resource()).toMatchObject({
    'service.name': 'gateway-7',
    'deployment.environment.name': 'staging',
  });
  expect(deliveries(stderr)).toEqual([
    expect.objectContaining({ level: 40, reason: 'the collector returned 400' }),
  ]);
  expect(stdout + stderr).not.toContain('planted');
});

test.for([
  ['always_off', '', 0],
  ['traceidratio', '0', 0],
  ['traceidratio', '1', 5],
] as const)(
  'of five requests, with OTEL_TRACES_SAMPLER=%s and OTEL_TRACES_SAMPLER_ARG=%s, %i are sent',
  async ([sampler, argument, sent]) => {
    // OpenTelemetry itself reads these variables.
    vi.stubEnv('OTEL_TRACES_SAMPLER', sampler);
    vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', argument);
    const { gateway, collector } = await startTracedGateway();
    for (let request = 0; request < 5; request += 1) await gateway.query(query);

    await gateway.stop();

    expect(collector.spans().filter(({ name }) => name === 'query')).toHaveLength(sent);
  },
);

test('the standard variables can be in the file .env', async () => {
  const folder = await temporaryFolder();
  const collector = await startCollector();
  await writeFile(
    join(folder, '.env'),
    `OTEL_EXPORTER_OTLP_ENDPOINT=${collector.url}\nOTEL_SERVICE_NAME=from-the-file\nPORT=0\n`,
  );
  const gateway = runCommand([], { cwd: folder });
  const url = await new Promise<string>((resolve) => {
    gateway.child.stdout?.on('data', (text: string) => {
      const ready = /ready at (http:\/\/\S+)\/graphql/.exec(text);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
  });
  await postQuery(url, query);

  await stop(gateway);

  expect(collector.resource()).toMatchObject({ 'service.name': 'from-the-file' });
});

/** A port that the system never assigns as a free one, so that no process listens on it. */
const deadEndpoint = async () => 'http://127.0.0.1:9';

/** Starts a collector that accepts everything and never responds. */
async function silentEndpoint(): Promise<string> {
  const server = createServer((socket) => {
    onTestFinished(() => {
      socket.destroy();
    });
    socket.on('error', () => {}).resume();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.for([
  ['is gone', deadEndpoint],
  ['never answers', silentEndpoint],
] as const)(
  'a collector that %s changes no answer, and holds up a stop for about two seconds at most',
  async ([, endpoint]) => {
    const gateway = await spawnTraced(await endpoint());
    const { status, data, errors } = await postQuery(gateway.url, query);

    const startedMs = performance.now();
    const { code, signal, stderr } = await stop(gateway);

    expect({ status, data, errors }).toEqual({
      status: 200,
      data: { companies: { totalCount: 0 } },
      errors: [],
    });
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    // Shorter than any timeout of the exporter, the shortest of which is 10 s.
    expect(performance.now() - startedMs).toBeLessThan(8000);
    expect(deliveries(stderr)).toEqual([
      expect.objectContaining({
        level: 40,
        reason: 'the collector did not respond before the gateway stopped',
      }),
    ]);
  },
);

test('a collector that fails and then works again is logged once each, whatever was lost', async () => {
  const log = captureLog();
  const { gateway, collector } = await startTracedGateway({ logger: log.logger });
  collector.status = 400;
  for (let failed = 1; failed <= 5; failed += 1) {
    await gateway.query('{ __typename }');
    await until('an export has failed', () => collector.exports.length === failed);
  }
  collector.status = 200;

  await until('exports succeed', async () => {
    await gateway.query('{ __typename }');
    return log.text().includes('delivered again');
  });

  expect(deliveries(log.text())).toEqual([
    expect.objectContaining({
      level: 40,
      msg: 'traces cannot be delivered',
      reason: 'the collector returned 400',
    }),
    expect.objectContaining({ level: 30, msg: 'traces are delivered again', lostSpans: 5 }),
  ]);
});

/** Returns the files of the program that a gateway executed from its start to its stop. */
async function loadedWith(env: Record<string, string>): Promise<string[]> {
  const folder = await temporaryFolder();
  const gateway = await spawnGateway(join(folder, 'test.db'), {
    // Node itself writes the executed files there.
    NODE_V8_COVERAGE: join(folder, 'coverage'),
    ...env,
  });
  await postQuery(gateway.url, query);
  await stop(gateway);
  const reports = await readdir(join(folder, 'coverage'));
  const texts = await Promise.all(
    reports.map((report) => readFile(join(folder, 'coverage', report), 'utf8')),
  );
  return texts
    .flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result)
    .map(({ url }) => url);
}

/** Reports whether a file contains OpenTelemetry, not only its API, which the metrics library loads without effect. */
function isOpenTelemetry(url: string): boolean {
  return url.includes('/dist/open-telemetry-');
}

test('OpenTelemetry is loaded only where there is an endpoint', async () => {
  const collector = await startCollector();

  const without = await loadedWith({});
  const withEmpty = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  const withEndpoint = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });

  expect(without.filter((url) => url.includes('/dist/gateway-'))).toHaveLength(1);
  expect(without.filter(isOpenTelemetry)).toEqual([]);
  expect(withEmpty.filter(isOpenTelemetry)).toEqual([]);
  expect(withEndpoint.filter(isOpenTelemetry)).toHaveLength(1);
});
