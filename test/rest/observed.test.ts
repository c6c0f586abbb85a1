import { expect, test } from 'vitest';
import { captureLog } from '../support/captured-log.ts';
import { newConnection, startRestGateway } from '../support/rest.ts';

test('a request is logged by the name of its operation, with nothing of what it said', async () => {
  const log = captureLog();
  const gateway = await startRestGateway({ logger: log.logger });
  const ref = await newConnection(gateway);
  const path = `/companies/${ref.companyId}/connections/${ref.connectionId}/authorization`;

  await gateway.raw({
    method: 'PUT',
    path: `${path}?note=in-the-query`,
    body: { accessToken: 'secret-token' },
  });

  const operationName = 'update-connection-authorization';
  const lines = () => log.lines().filter((line) => line['operationName'] === operationName);
  await expect
    .poll(lines)
    .toMatchObject([
      { method: 'PUT', status: 200, operationType: 'mutation', caller: 'anonymous' },
    ]);
  expect(log.text()).not.toMatch(/secret-token|in-the-query/);
});

test('requests are measured by the names of their operations, and refusals by code', async () => {
  const gateway = await startRestGateway();
  await gateway.raw({ path: '/companies' });
  await gateway.raw({ path: '/companies/none' });
  await gateway.raw({ path: '/nothing' });

  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();

  const duration = 'connexions_request_duration_seconds_count';
  expect(metrics).toContain(`${duration}{operation="list-companies",type="query",status="200"} 1`);
  expect(metrics).toContain(`${duration}{operation="get-company",type="query",status="404"} 1`);
  expect(metrics).toContain('connexions_errors_total{code="NOT_FOUND"} 2');
});
