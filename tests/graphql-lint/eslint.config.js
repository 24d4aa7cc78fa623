// Rules for schema.graphql. The Relay rules are the specification of connections and pages; the
// others keep the promises that the schema is documented and deprecations are explained.
import { resolve } from 'node:path';
import graphql from '@graphql-eslint/eslint-plugin';

const { rules, parser } = graphql;
// Run from the repository's root, which ESLint then takes as the base of what it may read.
const schema = resolve('schema.graphql');

export default [
  {
    files: ['**/*.graphql'],
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { '@graphql-eslint': { rules } },
    rules: {
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-connection-types': 'error',
      // Connections offer `nodes` beside `edges`, so lists of other things than edges exist.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/require-deprecation-reason': 'error',
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
    },
  },
];
