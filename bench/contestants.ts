import { startGateway, startPeer } from './product.ts';
import type { Server } from './server-process.ts';

/** A server that takes part in the comparison. */
export interface Contestant {
  readonly name: string;
  start(file: string, prefix: readonly string[]): Promise<Server>;
}

/** The servers to compare. The gateway comes first: the others are compared with it and must give equal responses. */
export const contestants: readonly Contestant[] = [
  { name: 'Connexions', start: startGateway },
  peer('Mercurius with JIT, prepared statements', 'mercurius', 'prepared'),
  peer('Mercurius with JIT, Drizzle as usual', 'mercurius', 'usual'),
  peer('Apollo Server, prepared statements', 'apollo', 'prepared'),
  peer('Apollo Server, Drizzle as usual', 'apollo', 'usual'),
  peer('Yoga, prepared statements', 'yoga', 'prepared'),
  peer('Yoga, Drizzle as usual', 'yoga', 'usual'),
  peer('no GraphQL: rows and JSON.stringify', 'floor-rows'),
  peer('no GraphQL: JSON by SQLite', 'floor-sqlite'),
];

function peer(name: string, ...script: readonly string[]): Contestant {
  return { name, start: (file, prefix) => startPeer(file, prefix, script) };
}
