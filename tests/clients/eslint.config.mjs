import graphql from '@graphql-eslint/eslint-plugin'
const rules = { ...graphql.configs['flat/schema-recommended'].rules, ...graphql.configs['flat/schema-relay'].rules }
export default [{
  files: ['**/*.graphql'],
  languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: new URL('../../schema/schema.graphql', import.meta.url).pathname } } },
  plugins: { '@graphql-eslint': graphql },
  rules,
}]
