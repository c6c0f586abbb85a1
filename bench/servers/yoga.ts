import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { listen } from './listen.ts';
import { chosenReader } from './chosen-reader.ts';
import { contextOf, schemaOf } from './schema.ts';

const reader = chosenReader();
const yoga = createYoga({
  schema: schemaOf(reader),
  context: contextOf(reader),
  logging: false,
  graphiql: false,
});
listen(createServer((request, response) => void yoga(request, response)));
