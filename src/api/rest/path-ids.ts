import { z } from '@hono/zod-openapi';
import { parseId, type ApiKeyId, type CompanyId, type ConnectionId } from '../../domain/id.ts';
import type { NotFound } from '../../domain/refusal.ts';
import type { ConnectionRef } from '../../domain/connection.ts';
import { notFound } from './faults.ts';

// Any text is taken, because what is no id names nothing: that is 404 here, and not a fault of the request.

const id = (description: string) => z.string().openapi({ format: 'uuid', description });

/** The path of a company. */
export const companyPath = z.object({ companyId: id('UUID of the company.') });

/** The path of a connection. */
export const connectionPath = companyPath.extend({ connectionId: id('UUID of the connection.') });

/** The path of an API key. */
export const apiKeyPath = z.object({ apiKeyId: id('UUID of the API key.') });

/** Reads the id of a company in a path. */
export function companyIdIn({ companyId }: z.output<typeof companyPath>): CompanyId {
  return idIn(companyId, 'company');
}

/** Reads the ids of a connection and its company in a path. */
export function connectionRefIn(path: z.output<typeof connectionPath>): ConnectionRef {
  return {
    companyId: idIn(path.companyId, 'company'),
    connectionId: idIn<ConnectionId>(path.connectionId, 'connection'),
  };
}

/** Reads the id of an API key in a path. */
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
