import type { CodegenConfig } from '@graphql-codegen/cli'

const config: CodegenConfig = {
  schema: '../../schema/schema.graphql',
  documents: 'documents/*.graphql',
  generates: {
    'src/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: {
        enumsAsTypes: true,
        strictScalars: true,
        useTypeImports: true,
        // Figures are decimal text: a client that calculates uses a decimal library, never a float.
        scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', Period: 'string', Upload: 'Blob' },
      },
    },
  },
}

export default config
