import { CodatPlatform } from '@codat/platform';
import { HTTPClient } from '@codat/platform/lib/http.js';
import { CodatPlatformError } from '@codat/platform/sdk/models/errors/index.js';
import { contractOf, type Contract } from './contract.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { send } from './http.ts';

/** A gateway for tests of the REST API. Every response is checked against its OpenAPI document. */
export interface RestGateway extends TestGateway {
  readonly contract: Contract;
  /** The official SDK, set up as by a user who moves over, except that it does not retry. */
  readonly sdk: CodatPlatform;
  /** Returns the SDK with an API key. */
  sdkWith(key: string): CodatPlatform;
  /** Sends exactly this request and returns the response. */
  raw(request: RawRequest): Promise<RawAnswer>;
}

interface RawRequest {
  readonly method?: string;
  /** The path after `/api`. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

type RawAnswer = Awaited<ReturnType<typeof send>>;

type Options = Parameters<typeof startTestGateway>[0];

/** Starts a gateway for tests of the REST API. */
export async function startRestGateway(options: Options = {}): Promise<RestGateway> {
  const gateway = await startTestGateway(options);
  const { url } = gateway;
  const contract = await contractFrom(url);
  gateway.takeStatements();
  const sdkWith = (key: string) =>
    new CodatPlatform({
      serverURL: `${url}/api`,
      authHeader: `Basic ${Buffer.from(key).toString('base64')}`,
      httpClient: checkingClient(contract),
      retryConfig: { strategy: 'none' },
    });
  return {
    ...gateway,
    contract,
    sdkWith,
    sdk: new CodatPlatform({
      serverURL: `${url}/api`,
      httpClient: checkingClient(contract),
      retryConfig: { strategy: 'none' },
    }),
    async raw({ method = 'GET', path, headers, body }) {
      const answer = await send(url, {
        method,
        path: `/api${path}`,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      contract.check({
        method,
        path: path.split('?', 1)[0] ?? '',
        status: answer.status,
        contentType: answer.headers['content-type'] ?? null,
        text: answer.text,
      });
      return answer;
    },
  };
}

/** A cache: compiling a contract takes longer than most tests. */
const contracts = new Map<string, Contract>();

/** Returns the contract that a gateway serves. The contracts of gateways differ only in the URL. */
async function contractFrom(url: string): Promise<Contract> {
  const text = await (await fetch(`${url}/api/openapi.json`)).text();
  const key = text.replaceAll(url, '');
  const contract =
    contracts.get(key) ?? contractOf(JSON.parse(text) as Parameters<typeof contractOf>[0]);
  contracts.set(key, contract);
  return contract;
}

function checkingClient(contract: Contract): HTTPClient {
  return new HTTPClient().addHook('response', async (response, request) => {
    contract.check({
      method: request.method,
      path: new URL(request.url).pathname.replace(/^\/api/, ''),
      status: response.status,
      contentType: response.headers.get('content-type'),
      text: await response.clone().text(),
    });
  });
}

/** Returns what the SDK throws for an error response: the status and the body. */
export async function refusalOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof CodatPlatformError)) throw error;
    const { statusCode, body } = error;
    return { ...(JSON.parse(body) as ErrorBody), status: statusCode };
  }
  throw new Error('it was not refused');
}

interface ErrorBody {
  readonly statusCode: number;
  readonly service: string;
  readonly error: string;
  readonly correlationId: string;
  readonly canBeRetried: string;
  readonly validation?: { readonly errors: readonly { itemId: string; message: string }[] };
}

/** Creates a company over REST. */
export async function newCompany({ sdk }: RestGateway, name = 'Acme') {
  const { id: companyId } = await sdk.companies.create({ name });
  return { companyId };
}

/** Creates a connection over REST, of a new company unless one is given. */
export async function newConnection(
  gateway: RestGateway,
  { platformKey = 'gbol', companyId }: { platformKey?: string; companyId?: string } = {},
) {
  const owner = companyId ?? (await newCompany(gateway)).companyId;
  const { id } = await gateway.sdk.connections.create({
    companyId: owner,
    requestBody: { platformKey },
  });
  return { companyId: owner, connectionId: id };
}

/** Creates a Linked connection. */
export async function linkedConnection(gateway: RestGateway, platformKey = 'gbol') {
  const ref = await newConnection(gateway, { platformKey });
  await gateway.sdk.connections.updateAuthorization({
    ...ref,
    requestBody: { accessToken: 'token' },
  });
  return ref;
}

/** The request body of the documented example of unlinking. */
export const unlinked = { updateConnectionStatus: { status: 'Unlinked' } } as const;
