import { fastify } from 'fastify';
import mercurius from 'mercurius';
import { ready, stopOnSignal } from './listen.ts';
import { chosenReader } from './chosen-reader.ts';
import { contextOf, schemaOf } from './schema.ts';

const reader = chosenReader();
const app = fastify();
// `jit: 1` compiles a document at its second request.
await app.register(mercurius, { schema: schemaOf(reader), jit: 1, context: contextOf(reader) });
const address = await app.listen({ host: '127.0.0.1', port: 0 });
ready(`${address}/graphql`);
stopOnSignal(() => process.exit());
