import { ask, bearer, makeApiKey, type TestKey } from '../support/callers.ts';
import { spawnGateway, type SpawnedGateway } from '../support/process.ts';
import type { Random } from '../support/random.ts';
import { connectionRecord, companyRecord, type CompanyRecordInput } from '../support/records.ts';
import { inStore } from '../support/rows.ts';
import { documents, unserved, type Answer, type ClientRequest } from './attempts.ts';
import { Wishes } from './wishes.ts';

/** A client with a key of its own, by which the history knows it, and with one request under way at a time. */
export interface Client {
  readonly key: TestKey;
  readonly random: Random;
  /** Whether it sends Idempotency-Keys, and repeats what it got no answer to. */
  readonly repeats: boolean;
  unanswered: ClientRequest | undefined;
}

/** Makes clients; every other one repeats what it got no answer to. */
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

/** Starts a gateway that takes as many requests as come. */
export function spawnBusyGateway(
  file: string,
  env: Record<string, string> = {},
): Promise<SpawnedGateway> {
  return spawnGateway(file, { RATE_LIMIT: 'off', LOG_LEVEL: 'error', ...env });
}

/** What clients ask of gateways over one database, and what they are answered. */
export class Traffic {
  /** Told of each request that is sent, and of each answer. */
  onSent: () => void = () => undefined;
  onAnswered: () => void = () => undefined;
  requests: ClientRequest[] = [];
  readonly #wishes: Wishes;
  #now = 0;

  /** `racing` is how often a client wants what another has just asked for. */
  constructor({ racing }: { racing: number }) {
    this.#wishes = new Wishes(racing);
  }

  tick(): number {
    this.#now += 1;
    return this.#now;
  }

  /** Lets the clients know of companies. */
  add(records: readonly CompanyRecordInput[]): void {
    this.#wishes.add(records);
  }

  /** Sends what a client comes up with, or what it got no answer to. Throws `TypeError` if the gateway is gone. */
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
    // A repetition for which there was no time tells nothing of what it repeats.
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
