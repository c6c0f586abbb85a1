import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { startRestGateway } from '../support/rest.ts';

test('the document is a sound OpenAPI 3.1', async () => {
  const gateway = await startRestGateway();
  const answer = await fetch(`${gateway.url}/api/openapi.json`);
  const text = await answer.text();

  const problems = await lintFromString({
    source: text,
    absoluteRef: 'openapi.json',
    config: await createConfig({ extends: ['recommended-strict'] }),
  });

  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(JSON.parse(text).openapi).toMatch(/^3\.1\./);
  expect(
    problems.map(({ ruleId, message, location: [at] }) => [ruleId, message, at?.pointer]),
  ).toEqual([]);
});

test('the document names every operation, and no other', async () => {
  const gateway = await startRestGateway();
  const { paths } = (await (await fetch(`${gateway.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };

  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );

  expect(operations.toSorted()).toEqual([
    'delete /apiKeys/{apiKeyId}',
    'delete /companies/{companyId}',
    'delete /companies/{companyId}/connections/{connectionId}',
    'get /apiKeys',
    'get /companies',
    'get /companies/{companyId}',
    'get /companies/{companyId}/connections',
    'get /companies/{companyId}/connections/{connectionId}',
    'get /integrations',
    'get /integrations/{platformKey}',
    'get /integrations/{platformKey}/branding',
    'patch /companies/{companyId}',
    'patch /companies/{companyId}/connections/{connectionId}',
    'post /apiKeys',
    'post /companies',
    'post /companies/{companyId}/connections',
    'put /companies/{companyId}',
    'put /companies/{companyId}/connections/{connectionId}/authorization',
  ]);
});

test('the contract notices an answer that the document does not permit', async () => {
  const { contract } = await startRestGateway();
  const answer = { method: 'GET', path: '/apiKeys', contentType: 'application/json' };
  const check = (change: object) => () =>
    contract.check({ ...answer, status: 200, text: '{"results":[]}', ...change });

  expect(check({})).not.toThrow();
  expect(check({ text: '{"results":[],"more":1}' })).toThrow('get /apiKeys');
  expect(check({ text: '{}' })).toThrow('get /apiKeys');
  expect(check({ text: '{"results":[{"id":"1","name":null,"createdDate":"now"}]}' })).toThrow(
    'get /apiKeys',
  );
  expect(check({ contentType: 'text/plain' })).toThrow('get /apiKeys');
  expect(check({ contentType: null, text: '' })).toThrow('get /apiKeys');
  expect(check({ status: 201 })).toThrow('get /apiKeys');
  expect(check({ method: 'DELETE', path: '/apiKeys/1', status: 204 })).toThrow('delete /apiKeys');
});
