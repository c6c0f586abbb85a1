import type { Scope } from '../../src/domain/api-key.ts';
import type { ApiKeyId } from '../../src/domain/id.ts';
import { createApiKey } from '../../src/operations/api-keys.ts';
import type { Store } from '../../src/store/store.ts';
import type { Answer } from './gateway.ts';

/** An API key that was made for a test. */
export interface TestKey {
  readonly id: ApiKeyId;
  readonly prefix: string;
  readonly secret: string;
}

/** Makes an API key with the product's own operation, without a request to a gateway. */
export async function makeApiKey(
  { store }: { readonly store: Store },
  scope: Scope = 'admin',
  { name = `a ${scope} key`, expires = null }: { name?: string; expires?: number | null } = {},
): Promise<TestKey> {
  const input = { name, scope, expires };
  const result = await createApiKey(store, input, Number.MAX_SAFE_INTEGER, { at: Date.now() });
  if (!result.ok) throw new Error('the key was not made');
  const { apiKey, secret } = result.value;
  return { id: apiKey.id, prefix: apiKey.prefix, secret };
}

/** Makes the header with which a client presents its API key. */
export function bearer(secret: string): { authorization: string } {
  return { authorization: `Bearer ${secret}` };
}

/** A GraphQL request with its headers. */
export interface Question {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a GraphQL request with its own headers. The caller chooses the type of the data. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test knows the shape that its own query asks for
export async function ask<Data = any>(
  { url }: { readonly url: string },
  { headers, ...body }: Question,
): Promise<Answer<Data> & { readonly text: string }> {
  const response = await send({ url }, { headers, body: JSON.stringify(body) });
  const text = await response.text();
  const { data, errors = [] } = JSON.parse(text) as Partial<Answer<Data>>;
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: data as Data,
    errors,
  };
}

/** Sends a body to `/graphql` unchanged. */
export async function send(
  { url }: { readonly url: string },
  { headers, body }: { headers?: Record<string, string> | undefined; body: string },
): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/** Returns the codes of a response's errors. */
export function codesOf({ errors }: Pick<Answer<unknown>, 'errors'>): unknown[] {
  return errors.map(({ extensions }) => extensions['code']);
}
