import type { Answer, ClientRequest, Input, StoredEvent } from './attempts.ts';

// An independent, simple implementation of the rules, to check the gateway's behaviour against.

type Status = 'PendingAuth' | 'Linked' | 'Unlinked' | 'Deauthorized';

interface WorldCompany {
  name: string;
  description: string | null;
  tags: readonly { readonly key: string; readonly value: string }[];
  isLive: boolean;
}

/** A connection in the model. */
export interface WorldConnection {
  readonly id: string;
  readonly companyId: string;
  readonly sourceType: string;
  status: string;
  /** The actor that set its status. */
  statusBy: string;
  isLive: boolean;
}

/** An event that a change must record. */
export type Told = Omit<StoredEvent, 'sequence' | 'actor'>;

/** The required result of a request. */
export interface Outcome {
  readonly answer: Answer;
  readonly events: readonly Told[];
  /** Makes the change in the model. */
  readonly apply: () => void;
}

const sourceTypes: Readonly<Record<string, string>> = {
  gbol: 'Accounting',
  hbql: 'Accounting',
  suuo: 'Banking',
  exgd: 'Commerce',
};

/** The integrations that clients create connections to. */
export const integrationKeys = Object.keys(sourceTypes);

const shownStatus: Readonly<Record<string, string>> = {
  PendingAuth: 'PENDING_AUTH',
  Linked: 'LINKED',
  Unlinked: 'UNLINKED',
  Deauthorized: 'DEAUTHORIZED',
} satisfies Record<Status, string>;

/** Returns the GraphQL name of a status. */
export function shown(status: string): string {
  return shownStatus[status] ?? `not a status: ${status}`;
}

/** All companies and connections that ever existed, in the state that the rules require. */
export class World {
  readonly companies = new Map<string, WorldCompany>();
  readonly connections = new Map<string, WorldConnection>();

  /** Returns the required outcome of a request if it runs now. `newId` is the id of the record that it creates. */
  outcomeOf({ what, input, actor }: Pick<ClientRequest, 'what' | 'input' | 'actor'>, newId = '') {
    switch (what) {
      case 'connection':
        return this.#read(input);
      case 'createCompany':
        return this.#createCompany(input, newId);
      case 'updateCompany':
        return this.#updateCompany(input);
      case 'deleteCompany':
        return this.#deleteCompany(input);
      case 'createConnection':
        return this.#createConnection(input, newId, actor);
      case 'unlinkConnection':
        return this.#unlinkConnection(input, actor);
      case 'deleteConnection':
        return this.#deleteConnection(input);
    }
  }

  liveCompany(id: string | undefined): WorldCompany | undefined {
    const company = this.companies.get(id ?? '');
    return company?.isLive ? company : undefined;
  }

  liveConnection(id: string | undefined): WorldConnection | undefined {
    const connection = this.connections.get(id ?? '');
    return connection?.isLive ? connection : undefined;
  }

  liveConnectionsOf(companyId: string): WorldConnection[] {
    return [...this.connections.values()].filter(
      (connection) => connection.companyId === companyId && connection.isLive,
    );
  }

  /** Returns the actions that a connection allows now. */
  allowedActions({ id, companyId, sourceType, status }: WorldConnection): string[] {
    const hasRival =
      sourceType === 'Accounting' &&
      this.liveConnectionsOf(companyId).some(
        (other) =>
          other.id !== id && other.sourceType === 'Accounting' && other.status === 'Linked',
      );
    return [
      ...(hasRival ? [] : ['AUTHORIZE']),
      ...(status === 'Linked' ? ['UNLINK'] : []),
      'DELETE',
    ];
  }

  #read({ connectionId }: Input): Outcome {
    const connection = this.liveConnection(connectionId);
    if (connection === undefined) return without(null);
    const { id, status } = connection;
    return without({ __typename: 'Connection', id, status: shown(status) });
  }

  #createCompany({ name = '', description = null, tags = [] }: Input, id: string): Outcome {
    return {
      answer: { __typename: 'CreateCompanyPayload', company: { id, name, description } },
      events: [ofCompany('company.created', id)],
      apply: () => this.companies.set(id, { name, description, tags, isLive: true }),
    };
  }

  #updateCompany({ companyId: id = '', ...given }: Input): Outcome {
    const company = this.liveCompany(id);
    if (company === undefined) return notFound('companyId');
    const changed = { ...company, ...given };
    const { name, description } = changed;
    return {
      answer: { __typename: 'UpdateCompanyPayload', company: { id, name, description } },
      events: [ofCompany('company.updated', id)],
      apply: () => Object.assign(company, changed),
    };
  }

  #deleteCompany({ companyId: id = '' }: Input): Outcome {
    const company = this.liveCompany(id);
    if (company === undefined) return notFound('companyId');
    const connections = this.liveConnectionsOf(id);
    return {
      answer: { __typename: 'DeleteCompanyPayload', deletedCompanyId: id },
      events: [
        ...connections.map((connection) => moved('connection.deleted', connection, null)),
        ofCompany('company.deleted', id),
      ],
      apply: () => {
        for (const gone of [company, ...connections]) gone.isLive = false;
      },
    };
  }

  #createConnection({ companyId = '', integrationKey = '' }: Input, id: string, actor: string) {
    if (this.liveCompany(companyId) === undefined) return notFound('companyId');
    const status = 'PendingAuth';
    const sourceType = sourceTypes[integrationKey] ?? '';
    const connection = { id, companyId, sourceType, status, statusBy: actor, isLive: true };
    return {
      answer: {
        __typename: 'CreateConnectionPayload',
        connection: { id, status: shown(status) },
      },
      events: [{ ...moved('connection.created', connection, status), fromStatus: null }],
      apply: () => this.connections.set(id, connection),
    };
  }

  #unlinkConnection({ connectionId, companyId = '' }: Input, actor: string): Outcome {
    const connection = this.liveConnection(connectionId);
    if (connection?.companyId !== companyId) return notFound('connectionId');
    const { id, status } = connection;
    if (status !== 'Linked') {
      const allowedActions = this.allowedActions(connection);
      return without({ __typename: 'InvalidStatusError', status: shown(status), allowedActions });
    }
    return {
      answer: { __typename: 'UnlinkConnectionPayload', connection: { id, status: 'UNLINKED' } },
      events: [moved('connection.disconnected', connection, 'Unlinked')],
      apply: () => Object.assign(connection, { status: 'Unlinked', statusBy: actor }),
    };
  }

  #deleteConnection({ connectionId, companyId = '' }: Input): Outcome {
    const connection = this.liveConnection(connectionId);
    if (connection?.companyId !== companyId) return notFound('connectionId');
    return {
      answer: { __typename: 'DeleteConnectionPayload', deletedConnectionId: connection.id },
      events: [moved('connection.deleted', connection, null)],
      apply: () => {
        connection.isLive = false;
      },
    };
  }
}

function without(answer: Answer): Outcome {
  return { answer, events: [], apply: () => undefined };
}

function notFound(field: string): Outcome {
  return without({ __typename: 'NotFoundError', field });
}

function ofCompany(type: string, companyId: string): Told {
  return { type, companyId, connectionId: null, fromStatus: null, toStatus: null };
}

function moved(type: string, { id, companyId, status }: WorldConnection, to: Status | null): Told {
  return { type, companyId, connectionId: id, fromStatus: status, toStatus: to };
}
