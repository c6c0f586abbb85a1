import { describe, expect, test } from 'vitest';
import { shared } from '../support/lifetime.ts';
import { faultsOf, rowsOf } from '../support/stored.ts';
import { togetherness } from '../support/workers.ts';
import { tally, twoProcesses } from './shared-database.ts';

interface Result {
  result: { type: string };
}

const unlink = /* GraphQL */ `
  mutation Unlink($companyId: ID!, $connectionId: ID!) {
    result: unlinkConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
      type: __typename
    }
  }
`;

const deleteConnection = /* GraphQL */ `
  mutation Delete($companyId: ID!, $connectionId: ID!) {
    result: deleteConnection(input: { companyId: $companyId, connectionId: $connectionId }) {
      type: __typename
    }
  }
`;

const createConnection = /* GraphQL */ `
  mutation Create($companyId: ID!) {
    result: createConnection(input: { companyId: $companyId, integrationKey: "gbol" }) {
      type: __typename
    }
  }
`;

const deleteCompany = /* GraphQL */ `
  mutation Delete($companyId: ID!) {
    result: deleteCompany(input: { companyId: $companyId }) {
      type: __typename
    }
  }
`;

const rename = /* GraphQL */ `
  mutation Rename($companyId: ID!, $name: String!, $number: String!) {
    result: updateCompany(
      input: { companyId: $companyId, name: $name, tags: [{ key: "number", value: $number }] }
    ) {
      type: __typename
    }
  }
`;

const askName = /* GraphQL */ `
  query Name($companyId: ID!) {
    company(id: $companyId) {
      name
      tags {
        value
      }
    }
  }
`;

interface Event {
  company_id: string;
  connection_id: string | null;
}

describe.for(togetherness)('with %s,', (how) => {
  const processes = shared(() => twoProcesses(how));

  /** Adds a company for one race. Returns functions that race, and that read the company's history. */
  async function newRace() {
    const { file, send, race, addCompany } = processes();
    const { companyId, connectionId } = await addCompany();
    const eventsOf = (type: string) =>
      rowsOf<Event>(
        file,
        'SELECT company_id, connection_id FROM events WHERE type = ? AND company_id = ?',
        type,
        companyId,
      );
    return { file, companyId, connectionId, send, race, eventsOf };
  }

  test('of 50 who unlink one connection at once, one does, and one event tells of it', async () => {
    const { file, companyId, connectionId, race, eventsOf } = await newRace();

    const answers = await race<Result>(50, unlink, () => ({ companyId, connectionId }));

    expect(tally(answers)).toEqual({ UnlinkConnectionPayload: 1, InvalidStatusError: 49 });
    expect(eventsOf('connection.disconnected')).toEqual([
      { company_id: companyId, connection_id: connectionId },
    ]);
    expect(faultsOf(file)).toEqual([]);
  });

  test('of 50 who delete one connection at once, one does, and one event tells of it', async () => {
    const { file, companyId, connectionId, race, eventsOf } = await newRace();

    const answers = await race<Result>(50, deleteConnection, () => ({ companyId, connectionId }));

    expect(tally(answers)).toEqual({ DeleteConnectionPayload: 1, NotFoundError: 49 });
    expect(eventsOf('connection.deleted')).toHaveLength(1);
    expect(faultsOf(file)).toEqual([]);
  });

  test('of 50 who delete one company at once, one does, and its connection is deleted once', async () => {
    const { file, companyId, race, eventsOf } = await newRace();

    const answers = await race<Result>(50, deleteCompany, () => ({ companyId }));

    expect(tally(answers)).toEqual({ DeleteCompanyPayload: 1, NotFoundError: 49 });
    expect(eventsOf('company.deleted')).toHaveLength(1);
    expect(eventsOf('connection.deleted')).toHaveLength(1);
    expect(faultsOf(file)).toEqual([]);
  });

  test('a connection that is unlinked and deleted at once is deleted once and unlinked at most once', async () => {
    const { file, companyId, connectionId, send, eventsOf } = await newRace();
    const racers = Array.from({ length: 30 }, (_, racer) => racer);

    const answers = await Promise.all(
      racers.map((racer) =>
        send<Result>(racer, racer % 10 === 9 ? deleteConnection : unlink, {
          companyId,
          connectionId,
        }),
      ),
    );

    const { UnlinkConnectionPayload: unlinked = 0, ...others } = tally(answers);
    expect(others['DeleteConnectionPayload']).toBe(1);
    expect(eventsOf('connection.disconnected')).toHaveLength(unlinked);
    expect(unlinked).toBeLessThanOrEqual(1);
    expect(faultsOf(file)).toEqual([]);
  });

  test('each of 50 who change one company at once changes it, and the last change stays whole', async () => {
    const { companyId, race, send, eventsOf } = await newRace();

    const answers = await race<Result>(50, rename, (racer) => ({
      companyId,
      name: `Name ${racer}`,
      number: `${racer}`,
    }));

    expect(tally(answers)).toEqual({ UpdateCompanyPayload: 50 });
    expect(eventsOf('company.updated')).toHaveLength(50);
    const [one, other] = await Promise.all(
      [0, 1].map((which) =>
        send<{ company: { name: string; tags: { value: string }[] } }>(which, askName, {
          companyId,
        }),
      ),
    );
    expect(one?.data).toEqual(other?.data);
    const { name, tags } = one?.data.company ?? {};
    expect(name).toBe(`Name ${tags?.[0]?.value}`);
  });

  test('a company that is deleted while connections are created has none left', async () => {
    const { file, companyId, send, eventsOf } = await newRace();
    const racers = Array.from({ length: 40 }, (_, racer) => racer);

    const answers = await Promise.all(
      racers.map((racer) =>
        send<Result>(racer, racer === 10 ? deleteCompany : createConnection, { companyId }),
      ),
    );

    const {
      DeleteCompanyPayload,
      CreateConnectionPayload: created = 0,
      NotFoundError = 0,
    } = tally(answers);
    expect(DeleteCompanyPayload).toBe(1);
    expect(created + NotFoundError).toBe(39);
    const left = 'SELECT id FROM connections WHERE deleted_at IS NULL AND company_id = ?';
    expect(rowsOf(file, left, companyId)).toEqual([]);
    expect(eventsOf('connection.deleted')).toHaveLength(created + 1);
    expect(faultsOf(file)).toEqual([]);
  });
});
