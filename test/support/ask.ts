import type { TestGateway } from './gateway.ts';

/** Answers a selection of the query type, whose variables are ids. A fault of the request throws. */
export async function ask(
  gateway: TestGateway,
  selection: string,
  ids: Record<string, string> = {},
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows the shape that its own selection asks for
): Promise<any> {
  // GraphQL refuses a variable that a document declares and does not use.
  const used = Object.keys(ids).filter((name) => new RegExp(`\\$${name}\\b`).test(selection));
  const declared = used.map((name) => `$${name}: ID!`).join(' ');
  const { data, errors } = await gateway.query(
    `query ${declared && `(${declared})`} { ${selection} }`,
    ids,
  );
  if (errors.length > 0) throw new Error(`${selection}: ${JSON.stringify(errors)}`);
  return data;
}
