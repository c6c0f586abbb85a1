import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer } from '../support/callers.ts';
import { temporaryFolder } from '../support/folder.ts';
import { Random, seedOf } from '../support/random.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { amount } from '../support/soak.ts';
import { spawnTogether, togetherness } from '../support/workers.ts';
import { disagreements } from './agreement.ts';
import { eventsAfter, isDone, unserved, type StoredEvent } from './attempts.ts';
import { keepImporting } from './importer.ts';
import { replay } from './replay.ts';
import { makeClients, spawnBusyGateway, Traffic, type Client } from './traffic.ts';
import { shown, World } from './world.ts';

const clientCount = 8;
const requestsEach = amount({ usual: 25, soak: 400 });
/** At least two, since the second import changes what the first one created. */
const maxImports = amount({ usual: 2, soak: Number.POSITIVE_INFINITY });

/** Runs clients of two processes and an import on one database concurrently. Returns everything that they did. */
async function workTogether(how: (typeof togetherness)[number], random: Random) {
  const file = join(await temporaryFolder(), 'test.db');
  await placeNewDatabase(file);
  const clients = await makeClients(file, clientCount, random);
  const gateways = await spawnTogether(how, (env) => spawnBusyGateway(file, env));
  const urls = gateways.map(({ url }) => url);
  const traffic = new Traffic({ racing: 0.3 });
  let working = clients.length;
  const work = async (client: Client) => {
    for (let sent = 0; sent < requestsEach; sent += 1) {
      await traffic.sendNext(client.random.pick(urls), client);
    }
    working -= 1;
  };
  const importing = keepImporting(file, {
    traffic,
    random: random.fork('importer'),
    goOn: (imports) => working > 0 && imports < maxImports,
  });
  const [imports] = await Promise.all([importing, ...clients.map(work)]);
  return { file, urls, clients, requests: traffic.requests, imports };
}

const askCompany = /* GraphQL */ `
  query ($id: ID!) {
    company(id: $id) {
      name
      description
      tags {
        key
        value
      }
      connections {
        id
        status
        allowedActions
        history(first: 100) {
          nodes {
            type
            fromStatus
            toStatus
            actor
          }
        }
      }
    }
  }
`;

/** Returns the response that a gateway must give for a company, according to the model and the history. */
function companyOf(world: World, id: string, history: readonly StoredEvent[]) {
  const company = world.liveCompany(id);
  if (company === undefined) return null;
  const { name, description, tags } = company;
  const connections = world.liveConnectionsOf(id).map((connection) => ({
    id: connection.id,
    status: shown(connection.status),
    allowedActions: world.allowedActions(connection),
    history: {
      nodes: history.filter(({ connectionId }) => connectionId === connection.id).map(shownEvent),
    },
  }));
  return { name, description, tags, connections: inOrder(connections) };
}

function shownEvent({ type, fromStatus, toStatus, actor }: StoredEvent) {
  return {
    type: type.replace('.', '_').toUpperCase(),
    fromStatus: fromStatus && shown(fromStatus),
    toStatus: toStatus && shown(toStatus),
    actor,
  };
}

function inOrder<T extends { readonly id: string }>(records: readonly T[]): T[] {
  return records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

test.for(togetherness)(
  'clients of %s and an import, all at once, leave one history that the rules permit and every answer fits',
  { timeout: 120_000 },
  async (how) => {
    const random = new Random(seedOf('CONCURRENCY_SEED'));
    const { file, urls, clients, requests, imports } = await workTogether(how, random);
    const history = eventsAfter(file);
    const world = new World();

    expect(replay(world, { requests, imports }, history)).toEqual([]);
    expect(disagreements(file, world)).toEqual([]);

    for (const id of world.companies.keys()) {
      for (const url of urls) {
        const headers = bearer(clients[0]?.key.secret ?? '');
        const { data } = await ask({ url }, { query: askCompany, variables: { id }, headers });
        if (data.company !== null) data.company.connections = inOrder(data.company.connections);
        expect(data.company).toEqual(companyOf(world, id, history));
      }
    }

    const figures = {
      done: requests.filter(isDone).length,
      refused: requests.filter(({ answer }) => answer?.['__typename'] === 'NotFoundError').length,
      tooLate: requests.filter(({ answer }) => answer?.['__typename'] === 'InvalidStatusError')
        .length,
      read: requests.filter(({ what }) => what === 'connection').length,
      unserved: requests.filter(({ answer }) => answer === unserved).length,
      imports: imports.length,
      imported: history.filter(({ actor }) => actor === 'import').length,
      events: history.length,
    };
    process.stdout.write(`${how} and an import: ${JSON.stringify(figures)}\n`);
    // If one of these never happened, the test tried too little.
    expect(Object.values({ ...figures, unserved: 1 })).not.toContain(0);
  },
);
