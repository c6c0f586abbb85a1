// For schema.graphql only; oxlint checks the code.
import { configs, parser } from '@graphql-eslint/eslint-plugin';
import * as graphql from '@graphql-eslint/eslint-plugin';

const recommended = configs['flat/schema-recommended'];

export default [
  {
    files: ['schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema: 'schema.graphql' } } },
    rules: {
      ...recommended.rules,
      // Consumers read the descriptions in GraphiQL: the preset asks for those of types only.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
      // Parts of an answer have no id of their own, nor has a tag, which its company and its key name, or the health of one connection.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          acceptedIdNames: ['id'],
          acceptedIdTypes: ['ID'],
          exceptions: {
            types: ['PageInfo', 'Tag', 'ConnectionHealth'],
            suffixes: ['Edge', 'Page', 'Payload', 'Error'],
          },
        },
      ],
    },
  },
];
