import { z } from 'zod';
import { companyDescription, companyName, companyTags } from '../domain/company.ts';
import {
  parseId,
  type CompanyId,
  type ConnectionId,
  type IntegrationId,
  type SourceId,
} from '../domain/id.ts';
import { parseInstant } from '../domain/instant.ts';
import { integrationLimits } from '../domain/integration.ts';
import { sourceTypes } from '../domain/source-type.ts';
import { connectionStatuses } from '../domain/status.ts';
import { text } from '../domain/text.ts';

// Companies and connections as the Codat platform API's `GET /companies` answers them (its OpenAPI document, schemas
// Company and Connection), with the rules of our own domain. What is not named here is ignored.

function idOf<T extends CompanyId | ConnectionId | IntegrationId | SourceId>() {
  return z.string('must be a UUID').transform((value, context) => {
    const id = parseId<T>(value);
    if (id !== undefined) return id;
    context.issues.push({ code: 'custom', input: '', message: 'must be a UUID' });
    return z.NEVER;
  });
}

const instant = z.string('must be an ISO 8601 date and time').transform((value, context) => {
  const moment = parseInstant(value);
  if (moment !== undefined) return moment;
  context.issues.push({ code: 'custom', input: '', message: 'must be an ISO 8601 date and time' });
  return z.NEVER;
});

const tags = z
  .record(z.string(), z.unknown(), 'must be an object of strings')
  .transform((values) => Object.entries(values).map(([key, value]) => ({ key, value })))
  .pipe(companyTags);

const connectionRecord = z.object(
  {
    id: idOf<ConnectionId>(),
    integrationId: idOf<IntegrationId>(),
    integrationKey: text({ min: 1, max: integrationLimits.key }).nullish(),
    sourceId: idOf<SourceId>(),
    sourceType: z.enum(sourceTypes, `must be one of ${sourceTypes.join(', ')}`),
    platformName: text({ min: 1, max: integrationLimits.name }),
    status: z.enum(connectionStatuses, `must be one of ${connectionStatuses.join(', ')}`),
    lastSync: instant.nullish(),
    created: instant.nullish(),
  },
  'must be an object',
);

/** One company with its connections. */
export const companyRecord = z.object(
  {
    id: idOf<CompanyId>(),
    name: companyName,
    description: companyDescription.nullable().optional(),
    tags: tags.nullish(),
    created: instant.nullish(),
    dataConnections: z.array(connectionRecord, 'must be an array').nullish(),
  },
  'must be an object',
);

/** A valid record of a company. */
export type CompanyRecord = z.output<typeof companyRecord>;
/** A valid record of a connection. */
export type ConnectionRecord = z.output<typeof connectionRecord>;
