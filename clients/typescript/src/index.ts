export * from './ask.js'
export * from './generated/graphql.js'
