import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';
import { postQuery, type Answer } from '../support/gateway.ts';
import { ndjson } from '../support/import.ts';
import { placeNewDatabase } from '../support/new-database.ts';
import { spawnGateway } from '../support/process.ts';
import { companyRecord, connectionRecord } from '../support/records.ts';
import { untilServed } from '../support/retry.ts';
import { runHere } from '../support/run-here.ts';
import { spawnTogether, type togetherness } from '../support/workers.ts';

/** Starts two processes over one database. */
export async function twoProcesses(how: (typeof togetherness)[number]) {
  const file = join(await temporaryFolder(), 'test.db');
  await placeNewDatabase(file);
  const gateways = await spawnTogether(how, (env) => spawnGateway(file, env));
  const urls = gateways.map(({ url }) => url);

  /** Sends a request to one of the processes, or to either if they share a port. Retries while it is too busy. */
  const send = <Data>(which: number, document: string, variables: Record<string, unknown>) =>
    untilServed(() => postQuery<Data>(urls[which % urls.length] ?? '', document, variables));

  return {
    file,
    send,
    /** Adds a company with an active connection for one test. */
    addCompany: async () => {
      const connection = connectionRecord();
      const company = companyRecord({ dataConnections: [connection] });
      const env = { DATABASE_URL: `file:${file}` };
      const { code } = await runHere(['import', '-'], { env, input: ndjson([company]) });
      if (code !== 0) throw new Error('the company was not added');
      return { companyId: company.id, connectionId: connection.id };
    },
    /** Sends concurrent requests, alternating between the two processes. */
    race: <Data>(
      racers: number,
      document: string,
      variablesOf: (racer: number) => Record<string, unknown>,
    ): Promise<Answer<Data>[]> =>
      Promise.all(
        Array.from({ length: racers }, (_, racer) =>
          send<Data>(racer, document, variablesOf(racer)),
        ),
      ),
  };
}

/** Counts the responses by type of result. Responses with GraphQL errors are counted by their errors. */
export function tally(answers: readonly Answer<{ result: { type: string } }>[]) {
  const tallied: Record<string, number> = {};
  for (const { data, errors } of answers) {
    const type = errors.length > 0 ? JSON.stringify(errors) : data.result.type;
    tallied[type] = (tallied[type] ?? 0) + 1;
  }
  return tallied;
}
