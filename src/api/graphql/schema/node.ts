import type { Company } from '../../../domain/company.ts';
import type { Connection } from '../../../domain/connection.ts';
import type { Integration } from '../../../domain/integration.ts';
import { builder } from './builder.ts';

/** Interface of every record with an id of its own. */
export const Node = builder.interfaceRef<Company | Connection | Integration>('Node').implement({
  description: 'Record with an id of its own. The query `node` returns it by its id.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'UUID in lower case, unique among all nodes.' }),
  }),
  resolveType: (node) => {
    if ('companyId' in node) return 'Connection';
    return 'sourceType' in node ? 'Integration' : 'Company';
  },
});
