import { readFile } from 'node:fs/promises';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  isUnionType,
  printSchema,
  type GraphQLField,
  type GraphQLNamedType,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/api/graphql/schema/schema.ts';

const ownTypes = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const builtIn = new Set(['Boolean', 'Float', 'ID', 'Int', 'String']);

function fieldTypes(typeName: string): Record<string, string> {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type`);
  return Object.fromEntries(
    Object.entries(type.getFields()).map(([name, field]) => [name, String(field.type)]),
  );
}

test('schema.graphql is the schema that the gateway answers (if not: npm run schema)', async () => {
  const file = new URL('../../schema.graphql', import.meta.url);

  expect(await readFile(file, 'utf8')).toBe(`${printSchema(schema)}\n`);
});

test('every page type is known to these tests', () => {
  const pages = ownTypes.map(({ name }) => name).filter((name) => /Page$|Edge$/.test(name));

  expect(pages.toSorted()).toEqual([
    'CompanyEdge',
    'CompanyPage',
    'ConnectionEdge',
    'ConnectionPage',
    'EventEdge',
    'EventPage',
  ]);
});

test.for(['Company', 'Connection', 'Event'])('%sPage has the form of a Relay page', (name) => {
  expect(fieldTypes(`${name}Page`)).toEqual({
    edges: `[${name}Edge!]!`,
    nodes: `[${name}!]!`,
    pageInfo: 'PageInfo!',
    totalCount: 'Int!',
  });
  expect(fieldTypes(`${name}Edge`)).toEqual({ cursor: 'String!', node: `${name}!` });
});

test('PageInfo has the form that Relay asks for', () => {
  expect(fieldTypes('PageInfo')).toEqual({
    hasNextPage: 'Boolean!',
    hasPreviousPage: 'Boolean!',
    startCursor: 'String',
    endCursor: 'String',
  });
});

const paged = ownTypes
  .filter((type) => isObjectType(type))
  .flatMap((type) => Object.values(type.getFields()).map((field) => [type.name, field] as const))
  .filter(([, { type }]) => /Page!?$/.test(String(type)));

test.for(paged.map(([type, field]) => [`${type}.${field.name}`, field] as const))(
  '%s takes the arguments of a page',
  ([, field]) => {
    expect(isNonNullType(field.type)).toBe(true);
    expect(
      Object.fromEntries(field.args.map(({ name, type }) => [name, String(type)])),
    ).toMatchObject({ first: 'Int', after: 'String', last: 'Int', before: 'String' });
  },
);

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

test('the mutations are those of the contract', () => {
  expect(mutations.map(({ name }) => name).toSorted()).toEqual([
    'authorizeConnection',
    'createApiKey',
    'createCompany',
    'createConnection',
    'createLink',
    'deleteCompany',
    'deleteConnection',
    'revokeApiKey',
    'unlinkConnection',
    'updateCompany',
  ]);
});

test.for(mutations.map((field) => [field.name, field] as const))(
  '%s takes one input and answers a union of its payload and its errors',
  ([name, field]) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

    expect(field.args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([
      `input: ${type}Input!`,
    ]);
    expect(String(field.type)).toBe(`${type}Result!`);
    const { payloads, errors } = membersOf(`${type}Result`);
    expect(payloads).toEqual([`${type}Payload`]);
    expect(errors).toContain('InvalidInputError');
  },
);

/** Returns the members of a mutation's result, split by whether they implement `Error`. */
function membersOf(unionName: string) {
  const union = schema.getType(unionName);
  if (!isUnionType(union)) throw new Error(`${unionName} is no union`);
  const isError = (member: (typeof members)[number]) =>
    member.getInterfaces().some(({ name }) => name === 'Error');
  const members = union.getTypes();
  return {
    payloads: members.filter((member) => !isError(member)).map(({ name }) => name),
    errors: members.filter((member) => isError(member)).map(({ name }) => name),
  };
}

test('every error has a message', () => {
  const error = schema.getType('Error');

  expect(isInterfaceType(error) && String(error.getFields()['message']?.type)).toBe('String!');
});

test('whatever has an id that node finds is a Node', () => {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('Node is no interface');

  expect(
    schema
      .getPossibleTypes(node)
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['Company', 'Connection', 'Integration']);
});

test('every type, field, argument and value has a description', () => {
  const described = ownTypes.filter(({ name }) => !builtIn.has(name)).flatMap(partsOf);

  expect(described.length).toBeGreaterThan(100);
  expect(described.filter(([, description]) => !description?.trim()).map(([path]) => path)).toEqual(
    [],
  );
});

type Part = readonly [path: string, description: string | null | undefined];

function partsOf(type: GraphQLNamedType): Part[] {
  return [[type.name, type.description], ...innerPartsOf(type)];
}

function innerPartsOf(type: GraphQLNamedType): Part[] {
  const { name } = type;
  if (isEnumType(type)) {
    return type.getValues().map((value) => [`${name}.${value.name}`, value.description]);
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((it) => [`${name}.${it.name}`, it.description]);
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap((field) => fieldParts(name, field));
  }
  return [];
}

function fieldParts(type: string, field: GraphQLField<unknown, unknown>): Part[] {
  const path = `${type}.${field.name}`;
  return [
    [path, field.description],
    ...field.args.map((arg): Part => [`${path}(${arg.name})`, arg.description]),
  ];
}
