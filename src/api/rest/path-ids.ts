import { z } from '@hono/zod-openapi';
import { parseId, type ApiKeyId, type CompanyId, type ConnectionId } from '../../domain/id.ts';
import type { NotFound } from '../../domain/refusal.ts';
import type { ConnectionRef } from '../../domain/connection.ts';
import { notFound } from './faults.ts';

// Paths accept any text: a text that is not an id refers to no record, which is a 404 and not an invalid request.

const id = (description: string) => z.string().openapi({ format: 'uuid', description });

/** Path parameters of a company. */
export const companyPath = z.object({ companyId: id('UUID of the company.') });

/** Path parameters of a connection. */
export const connectionPath = companyPath.extend({ connectionId: id('UUID of the connection.') });

/** Path parameters of an API key. */
export const apiKeyPath = z.object({ apiKeyId: id('UUID of the API key.') });

/** Returns the company id in a path. Throws a 404 if it is not a UUID. */
export function companyIdIn({ companyId }: z.output<typeof companyPath>): CompanyId {
  return idIn(companyId, 'company');
}

/** Returns the ids of a connection and its company in a path. Throws a 404 if one is not a UUID. */
export function connectionRefIn(path: z.output<typeof connectionPath>): ConnectionRef {
  return {
    companyId: idIn(path.companyId, 'company'),
    connectionId: idIn<ConnectionId>(path.connectionId, 'connection'),
  };
}

/** Returns the API key id in a path. Throws a 404 if it is not a UUID. */
export function apiKeyIdIn({ apiKeyId }: z.output<typeof apiKeyPath>): ApiKeyId {
  return idIn(apiKeyId, 'API key');
}

function idIn<Id extends CompanyId | ConnectionId | ApiKeyId>(
  text: string,
  what: NotFound['what'],
): Id {
  const parsed = parseId<Id>(text);
  if (parsed === undefined) throw notFound(what);
  return parsed;
}
