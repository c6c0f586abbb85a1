import type { Random } from '../support/random.ts';
import type { CompanyRecordInput } from '../support/records.ts';
import { isDone, type ClientRequest, type Input } from './attempts.ts';
import { integrationKeys } from './world.ts';

const weights: Readonly<Record<ClientRequest['what'], number>> = {
  connection: 3,
  createCompany: 2,
  updateCompany: 6,
  deleteCompany: 1,
  createConnection: 5,
  unlinkConnection: 7,
  deleteConnection: 2,
};
const mixed = Object.entries(weights).flatMap(([what, weight]) =>
  Array.from({ length: weight }, () => what as ClientRequest['what']),
);

type Wish = Pick<ClientRequest, 'what' | 'input'>;

/** The number of newest companies that clients work on: few, so that they conflict. */
const companiesAtOnce = 8;
const connectionsAtOnce = 24;

/** Chooses the next requests of clients, based on the companies and connections that they know. */
export class Wishes {
  readonly #racing: number;
  #companies: string[] = [];
  #connections: Required<Pick<Input, 'companyId' | 'connectionId'>>[] = [];
  /** The latest request that can succeed only once. */
  #lastRace: Wish | undefined;
  #names = 0;

  /** `racing` is the probability that a client repeats the latest race of another one. */
  constructor(racing: number) {
    this.#racing = racing;
  }

  add(records: readonly CompanyRecordInput[]): void {
    for (const { id: companyId, dataConnections } of records) {
      this.#companies.push(companyId);
      for (const { id } of dataConnections) this.#connections.push({ companyId, connectionId: id });
    }
  }

  /** Adds created records to those that clients work on, and removes deleted ones. */
  learn(request: ClientRequest): void {
    if (!isDone(request)) return;
    const { companyId = '', connectionId } = request.input;
    const { company, connection } = request.answer as Record<string, { id: string } | undefined>;
    if (company && request.what === 'createCompany') this.#companies.push(company.id);
    if (connection && request.what === 'createConnection') {
      this.#connections.push({ companyId, connectionId: connection.id });
    }
    if (request.what === 'deleteCompany') {
      this.#companies = this.#companies.filter((id) => id !== companyId);
      this.#connections = this.#connections.filter((it) => it.companyId !== companyId);
    }
    if (request.what === 'deleteConnection') {
      this.#connections = this.#connections.filter((it) => it.connectionId !== connectionId);
    }
  }

  next(random: Random): Wish {
    // Clients that send the same request at the same moment race for it.
    if (this.#lastRace !== undefined && random.chance(this.#racing)) return this.#lastRace;
    const what = this.#whatToDo(random);
    const wish = { what, input: this.#inputFor(what, random) };
    if (/^(unlink|delete)/.test(what)) this.#lastRace = wish;
    return wish;
  }

  #whatToDo(random: Random): ClientRequest['what'] {
    if (this.#companies.length === 0) return 'createCompany';
    if (this.#connections.length === 0) return 'createConnection';
    return random.pick(mixed);
  }

  #inputFor(what: ClientRequest['what'], random: Random): Input {
    this.#names += 1;
    const text = `${what} ${this.#names}`;
    switch (what) {
      case 'createCompany':
        return { name: text, description: text };
      case 'updateCompany':
        return { companyId: this.#someCompany(random), ...someChange(text, random) };
      case 'deleteCompany':
        return { companyId: this.#someCompany(random) };
      case 'createConnection':
        return {
          companyId: this.#someCompany(random),
          integrationKey: random.pick(integrationKeys),
        };
      case 'connection':
      case 'unlinkConnection':
      case 'deleteConnection':
        return random.pick(this.#connections.slice(-connectionsAtOnce));
    }
  }

  #someCompany(random: Random): string {
    return random.pick(this.#companies.slice(-companiesAtOnce));
  }
}

/** Makes an update of a single field. It leaves out the other fields, so that a lost update shows. */
function someChange(text: string, random: Random): Input {
  return random.pick([
    { name: text },
    { description: text },
    { tags: [{ key: 'number', value: text }] },
  ]);
}
