import {
  parseId,
  type CompanyId,
  type ConnectionId,
  type IntegrationId,
} from '../../../domain/id.ts';
import { builder } from './builder.ts';
import { badUserInput, idRule } from './faults.ts';
import { Node } from './node.ts';

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    description:
      'Returns the company, connection or integration with an id. Null if it does not exist or was deleted.',
    args: { id: t.arg.id({ required: true, description: 'UUID of the node.' }) },
    resolve: async (_, { id: text }, { loaders }) => {
      const id = parseId<CompanyId & ConnectionId & IntegrationId>(text);
      if (id === undefined) throw badUserInput('id', idRule);
      const [company, connection, integration] = await Promise.all([
        loaders.company.load(id),
        loaders.connection.load(id),
        loaders.integration.load(id),
      ]);
      return company ?? connection ?? integration ?? null;
    },
  }),
);
