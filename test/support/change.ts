import Database from 'better-sqlite3';
import type { TestGateway } from './gateway.ts';

/** The result of a mutation: the selected fields of the payload, or those of the error. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test knows the shape that its own selection asks for
type ChangeResult = any;

/** Runs a mutation by its name and selects `payload` of its payload. Throws if the response has GraphQL errors. */
export async function change(
  gateway: TestGateway,
  mutation: string,
  input: Record<string, unknown>,
  payload = '__typename',
): Promise<ChangeResult> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const document = `
    mutation ${type}($input: ${type}Input!) {
      ${mutation}(input: $input) {
        __typename
        ... on ${type}Payload { ${payload} }
        ... on Error {
          message
          ... on NotFoundError { field }
          ... on InvalidInputError { field rule }
          ... on InvalidStatusError { status allowedActions }
        }
      }
    }`;
  const { data, errors } = await gateway.query(document, { input });
  if (errors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(errors)}`);
  return data[mutation];
}

/** A row of the events table. */
interface StoredEvent {
  readonly type: string;
  readonly companyId: string;
  readonly connectionId: string | null;
  readonly fromStatus: string | null;
  readonly toStatus: string | null;
  readonly actor: string;
}

/** Returns all events in order. Reads the file, so that it depends on no query. */
export function storedEvents({ file }: TestGateway): StoredEvent[] {
  const db = new Database(file, { readonly: true });
  try {
    return db
      .prepare<[], StoredEvent>(
        `SELECT type, company_id AS companyId, connection_id AS connectionId, from_status AS fromStatus,
           to_status AS toStatus, actor FROM events ORDER BY sequence`,
      )
      .all();
  } finally {
    db.close();
  }
}
