import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pino } from 'pino';
import type { Config } from './config.ts';
import { openStore } from './open-store.ts';
import { loadSamples } from './samples/samples.ts';
import { startGateway, type Gateway } from './server.ts';

/** Runs the gateway until the process is told to stop. */
export async function serve(config: Config): Promise<void> {
  const logger = pino({ level: config.logLevel }, pino.destination(2));
  const { file, isDefault } = config.database;
  const isFirstStart = isDefault && !config.production && !existsSync(file);
  const store = await openStore({ file });
  try {
    const samples = isFirstStart ? await loadSamples(store) : 0;
    const gateway = await startGateway(config, store, logger);
    process.stdout.write(welcome(config, gateway, samples));
    await stopSignal();
    await gateway.close();
  } finally {
    await store.close();
  }
}

/** Fulfilled at the first SIGINT or SIGTERM; a second one ends the process at once, as if there were no handler. */
function stopSignal(): Promise<void> {
  return new Promise((done) => {
    const stop = () => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      done();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}

function welcome({ database, graphiql, host }: Config, { url }: Gateway, samples: number): string {
  const query =
    '{ companies(first: 5) { totalCount nodes { name connections { platformName status } } } }';
  const loaded = samples > 0 ? ` (new, with ${samples} sample companies)` : '';
  return `${[
    '',
    `  Connexions is ready at ${url}/graphql`,
    ...(graphiql ? ['  Open that in a browser to explore it with GraphiQL.'] : []),
    `  Database: ${resolve(database.file)}${loaded}`,
    ...(isLoopback(host)
      ? []
      : [
          `  Warning: it listens on ${host}, and whoever reaches it may read and change everything.`,
        ]),
    '',
    '  Try it:',
    '',
    `  curl ${url}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query })}'`,
    '',
  ].join('\n')}\n`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
