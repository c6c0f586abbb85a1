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

/** As many of the newest companies as are worked on: so few that the clients meet. */
const companiesAtOnce = 8;
const connectionsAtOnce = 24;

/** What clients come up with, given what they know to be there. */
export class Wishes {
  readonly #racing: number;
  #companies: string[] = [];
  #connections: Required<Pick<Input, 'companyId' | 'connectionId'>>[] = [];
  /** What a client asked for last that only one can get. */
  #lastRace: Wish | undefined;
  #names = 0;

  /** `racing` is how often a client wants what another has just asked for. */
  constructor(racing: number) {
    this.#racing = racing;
  }

  add(records: readonly CompanyRecordInput[]): void {
    for (const { id: companyId, dataConnections } of records) {
      this.#companies.push(companyId);
      for (const { id } of dataConnections) this.#connections.push({ companyId, connectionId: id });
    }
  }

  /** Adds what was created to what is worked on, and takes away what was deleted. */
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
    // Those who want the same at the same moment race for it.
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

/** Each leaves alone what it does not name, so that a lost update shows. */
function someChange(text: string, random: Random): Input {
  return random.pick([
    { name: text },
    { description: text },
    { tags: [{ key: 'number', value: text }] },
  ]);
}
