import { ask, bearer, makeApiKey, type TestKey } from '../support/callers.ts';
import { spawnGateway, type SpawnedGateway } from '../support/process.ts';
import type { Random } from '../support/random.ts';
import { connectionRecord, companyRecord, type CompanyRecordInput } from '../support/records.ts';
import { inStore } from '../support/rows.ts';
import { documents, unserved, type Answer, type ClientRequest } from './attempts.ts';
import { Wishes } from './wishes.ts';

/** A client with its own API key, which identifies it in the history. It has only one request in progress at a time. */
export interface Client {
  readonly key: TestKey;
  readonly random: Random;
  /** Whether it sends Idempotency-Keys and repeats requests without a response. */
  readonly repeats: boolean;
  unanswered: ClientRequest | undefined;
}

/** Makes clients. Every other one repeats requests without a response. */
export function makeClients(file: string, count: number, random: Random): Promise<Client[]> {
  return inStore(file, async (store) => {
    const clients: Client[] = [];
    for (let index = 0; index < count; index += 1) {
      const key = await makeApiKey({ store }, 'write');
      const own = random.fork(`client ${index}`);
      clients.push({ key, random: own, repeats: index % 2 === 0, unanswered: undefined });
    }
    return clients;
  });
}

/** Makes a company with connections of every kind that can be unlinked, and some that cannot. */
export function busyCompany(name: string): CompanyRecordInput {
  return companyRecord({
    name,
    dataConnections: [
      connectionRecord(),
      connectionRecord({ status: 'Deauthorized' }),
      connectionRecord({ sourceType: 'Banking' }),
      connectionRecord({ sourceType: 'Commerce' }),
      connectionRecord({ sourceType: 'Commerce', status: 'PendingAuth' }),
    ],
  });
}

/** Starts a gateway without a rate limit. */
export function spawnBusyGateway(
  file: string,
  env: Record<string, string> = {},
): Promise<SpawnedGateway> {
  return spawnGateway(file, { RATE_LIMIT: 'off', LOG_LEVEL: 'error', ...env });
}

/** The requests of clients to gateways over one database, and the responses. */
export class Traffic {
  /** Called after each request is sent, and after each response. */
  onSent: () => void = () => undefined;
  onAnswered: () => void = () => undefined;
  requests: ClientRequest[] = [];
  readonly #wishes: Wishes;
  #now = 0;

  /** `racing` is the probability that a client repeats the latest race of another one. */
  constructor({ racing }: { racing: number }) {
    this.#wishes = new Wishes(racing);
  }

  tick(): number {
    this.#now += 1;
    return this.#now;
  }

  /** Makes companies known to the clients. */
  add(records: readonly CompanyRecordInput[]): void {
    this.#wishes.add(records);
  }

  /** Sends a client's next request, or repeats one without a response. Throws `TypeError` if the gateway is gone. */
  async sendNext(url: string, client: Client): Promise<void> {
    const { unanswered } = client;
    const { what, input } = unanswered ?? this.#wishes.next(client.random);
    const request: ClientRequest = {
      kind: 'request',
      actor: client.key.id,
      what,
      input,
      idempotencyKey: client.repeats
        ? (unanswered?.idempotencyKey ?? `request-${this.#now}`)
        : undefined,
      firstTry: unanswered,
      sent: this.tick(),
      answered: Number.POSITIVE_INFINITY,
      answer: undefined,
      events: [],
      expected: [],
    };
    this.requests.push(request);
    if (client.repeats) client.unanswered = request;
    await this.#send(url, client, request);
    // A repetition that was not served says nothing about the request that it repeats.
    client.unanswered = request.answer === unserved ? unanswered : undefined;
  }

  async #send(url: string, { key }: Client, request: ClientRequest): Promise<void> {
    const { what, input, idempotencyKey } = request;
    const answer = ask<{ answer: Answer }>(
      { url },
      {
        query: documents[what],
        variables: { input: what === 'connection' ? input.connectionId : input },
        headers: {
          ...bearer(key.secret),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
      },
    );
    this.onSent();
    const { data, errors } = await answer;
    const busy = errors.some(({ extensions }) => extensions['code'] === 'SERVICE_UNAVAILABLE');
    if (errors.length > 0 && !busy) throw new Error(`${what}: ${JSON.stringify(errors)}`);
    request.answered = this.tick();
    request.answer = busy ? unserved : data.answer;
    this.#wishes.learn(request);
    this.onAnswered();
  }
}
