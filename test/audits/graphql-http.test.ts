import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';
import { bearer, makeApiKey } from '../support/callers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

// The audit suite of the GraphQL over HTTP working group. Some audits query the schema, so it needs introspection.

async function audit(gateway: TestGateway, headers: Record<string, string>) {
  const fetchFn = (url: string, init?: RequestInit) => {
    const all = new Headers(init?.headers);
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return fetch(url, { ...init, headers: all });
  };
  const audits = serverAudits({ url: `${gateway.url}/graphql`, fetchFn });
  return Promise.all(audits.map(({ fn }) => fn()));
}

const failures = (results: Awaited<ReturnType<typeof audit>>) =>
  results.flatMap((result) =>
    result.status === 'ok'
      ? []
      : [`${result.status} ${result.id} ${result.name}: ${result.reason}`],
  );

test('an open gateway passes all 61 audits of graphql-http, and none is skipped', async () => {
  const gateway = await startTestGateway();

  const results = await audit(gateway, {});

  expect(failures(results)).toEqual([]);
  expect(results).toHaveLength(61);
});

test('a gateway with access control passes all 61 audits for a key that may read', async () => {
  const gateway = await startTestGateway();
  const { secret } = await makeApiKey(gateway, 'read');

  const results = await audit(gateway, bearer(secret));

  expect(failures(results)).toEqual([]);
  expect(results).toHaveLength(61);
});
