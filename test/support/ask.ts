import type { TestGateway } from './gateway.ts';

/** Queries a selection of the query type, whose variables are ids. Throws if the response has errors. */
export async function ask(
  gateway: TestGateway,
  selection: string,
  ids: Record<string, string> = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows the shape that its own selection asks for
): Promise<any> {
  // GraphQL rejects a document that declares a variable and does not use it.
  const used = Object.keys(ids).filter((name) => new RegExp(`\\$${name}\\b`).test(selection));
  const declared = used.map((name) => `$${name}: ID!`).join(' ');
  const { data, errors } = await gateway.query(
    `query ${declared && `(${declared})`} { ${selection} }`,
    ids,
  );
  if (errors.length > 0) throw new Error(`${selection}: ${JSON.stringify(errors)}`);
  return data;
}
