import { z } from 'zod';
import { companyDescription, companyName, companyTags } from '../domain/company-input.ts';
import {
  parseId,
  type CompanyId,
  type ConnectionId,
  type IntegrationId,
  type SourceId,
} from '../domain/id.ts';
import { parseInstant } from '../domain/instant.ts';
import { integrationLimits } from '../domain/integration.ts';
import { ok, refuse, type Result } from '../domain/result.ts';
import { sourceTypes } from '../domain/source-type.ts';
import { connectionStatuses } from '../domain/status.ts';
import { text } from '../domain/text-input.ts';
import { members } from '../domain/members.ts';

// Companies and connections as `GET /companies` of the Codat platform API returns them (schemas Company and Connection
// of its OpenAPI document), with the rules of our own domain. Other fields are ignored.

function idOf<T extends CompanyId | ConnectionId | IntegrationId | SourceId>() {
  return read('a UUID', (written) => {
    const id = parseId<T>(written);
    return id === undefined ? refuse('a UUID') : ok(id);
  });
}

const instant = read('a date and time as a string', parseInstant);

/** A text that `parse` converts to a value. An error of `parse` says what the text must be. */
function read<T>(what: string, parse: (text: string) => Result<T, string>): z.ZodType<T> {
  const schema = z.string(`must be ${what}`).check((context) => {
    const { value, issues } = context;
    const result = parse(value);
    if (!result.ok) issues.push({ code: 'custom', input: '', message: `must be ${result.error}` });
    // As zod's own `overwrite` does. A transform would have the right type but takes twice as long.
    else (context as { value: unknown }).value = result.value;
  });
  return schema as unknown as z.ZodType<T>;
}

const tags = members('must be an object of strings')
  .transform((values) => [...values].map(([key, value]) => ({ key, value })))
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

/**
 * The maximum number of connections in a record. A record is one transaction, during which nobody else can write; the
 * gateway waits for a second.
 */
const maxConnections = 1000;

/** One company with its connections. */
export const companyRecord = z.object(
  {
    id: idOf<CompanyId>(),
    name: companyName,
    description: companyDescription.nullable().optional(),
    tags: tags.nullish(),
    created: instant.nullish(),
    dataConnections: z
      .array(z.unknown(), 'must be an array')
      .max(
        maxConnections,
        `must be at most ${maxConnections} connections: spread more over several records of the company`,
      )
      // Only now: the faults of too many connections would take hundreds of times as much memory as their text.
      .pipe(z.array(connectionRecord))
      .nullish(),
  },
  'must be an object',
);

/** A valid record of a company. */
export type CompanyRecord = z.output<typeof companyRecord>;
/** A valid record of a connection. */
export type ConnectionRecord = z.output<typeof connectionRecord>;
