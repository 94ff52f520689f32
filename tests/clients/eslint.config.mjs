// The committed SDL, judged by graphql-eslint: schema-recommended and schema-relay. An option that is not the rule's default
// stands here with its reason; a single report that we accept stands in accepted.json with its own.
import graphql from '@graphql-eslint/eslint-plugin'

const VALUES = [
  // Parts of another object, which has the id: nobody reads one of them again alone.
  'ArrivalOutcome', 'ChangedShare', 'EntryProblem', 'EntryRow', 'Evidence', 'Explanation', 'Finding', 'InputProblem', 'Money',
  'NamedText', 'PageInfo', 'RunFailure', 'RunProgress', 'RunValue', 'SchemeAdvice', 'SchemeProblem', 'ScoreLine',
  // Answers computed for one question: who asks, what a period lacks, what the bank has set.
  'DueFile', 'LedgerDifference', 'Me', 'Permission', 'Readiness', 'Settings', 'Unreconciled',
  // Rows known by what they are about: number, hash, customer and manager, manager and indicator and period.
  'AuditRecord', 'Document', 'Entry', 'Preset', 'Share', 'Target',
  // Members of a change's answer, and events: each is a sentence, not an object.
  'EntryRefusal', 'FourEyesRefusal', 'InvalidInput', 'Leaderboard', 'PeriodClosed', 'Refused', 'ScorecardChange',
  'ScorecardChanges', 'ShareRefusal', 'TargetRefusal', 'VersionConflict',
]

export default [
  {
    files: ['**/*.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: new URL('../../schema/schema.graphql', import.meta.url).pathname } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: true }],
      // A connection has `nodes` beside `edges`, lines and adjustments are plain lists, and rows of a list need not be Nodes.
      '@graphql-eslint/relay-edge-types': ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
      '@graphql-eslint/strict-id-in-types': ['error', { acceptedIdNames: ['id'], acceptedIdTypes: ['ID'], exceptions: { types: VALUES, suffixes: ['Aggregates', 'Connection', 'Edge', 'Group', 'Payload', 'Sums'] } }],
    },
  },
]
