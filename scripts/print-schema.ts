// Prints the schema that consumers see. A test checks that `schema.graphql` is equal to it.
import { writeFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { schema } from '../src/api/graphql/schema/schema.ts';

writeFileSync('schema.graphql', `${printSchema(schema)}\n`);
