import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { ready, stopOnSignal } from './listen.ts';
import { chosenReader } from './chosen-reader.ts';
import { contextOf, schemaOf, type PeerContext } from './schema.ts';

const reader = chosenReader();
const context = contextOf(reader);
const server = new ApolloServer<PeerContext>({ schema: schemaOf(reader) });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async () => context(),
});
ready(new URL('/graphql', url).href);
stopOnSignal(() => process.exit());
