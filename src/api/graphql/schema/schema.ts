import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './api-key.ts';
import './company.ts';
import './company-mutations.ts';
import './company-queries.ts';
import './connection.ts';
import './connection-mutations.ts';
import './connection-queries.ts';
import './event-queries.ts';
import './integration.ts';
import './link-mutations.ts';
import './node-query.ts';

/** GraphQL schema of the gateway. */
export const schema: GraphQLSchema = builder.toSchema();
