import type { Context } from 'hono';
import { readForm } from '../../web/form.ts';
import { parseId, type ConnectionId } from '../../domain/id.ts';

/** The fields of a form of the link pages. */
interface LinkForm {
  readonly integrationKey: string | undefined;
  readonly connectionId: ConnectionId | undefined;
  /** All fields, among which are the parameters of the link's URL. */
  readonly parameters: URLSearchParams;
}

/** Reads a form of the link pages. Returns `undefined` if it is not valid. */
export async function readLinkForm(c: Context): Promise<LinkForm | undefined> {
  const fields = await readForm(c);
  const connection = fields.get('connectionId') ?? undefined;
  const connectionId = connection === undefined ? undefined : parseId<ConnectionId>(connection);
  if (connection !== undefined && connectionId === undefined) return undefined;
  return {
    integrationKey: fields.get('integrationKey') ?? undefined,
    connectionId,
    parameters: fields,
  };
}
