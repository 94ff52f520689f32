// Apollo Client: normalized cache, relay-style paging, faults, subscriptions, uploads, persisted queries.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client/core'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { relayStylePagination } from '@apollo/client/utilities'
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

import { authorization, completeRun, socketUrl, token, url } from './place.mjs'

const LEADERBOARD = gql`
  query Leaderboard($run: ID!, $first: Int, $after: String) {
    scorecards(runId: $run, first: $first, after: $after, orderBy: [{ field: POINTS, direction: DESC }]) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { id rank points manager { id code name } } }
    }
  }
`
const http = (role, more = {}) => new HttpLink({ uri: url, headers: authorization(role), ...more })
const client = (link) => {
  const typePolicies = { Query: { fields: { scorecards: relayStylePagination(['runId', 'orderBy']) } } }
  return new ApolloClient({ link, cache: new InMemoryCache({ typePolicies }) })
}

test('pages of the leaderboard are merged in the cache, each card once', async () => {
  const apollo = client(http('assessor'))
  const run = await completeRun()
  const watched = apollo.watchQuery({ query: LEADERBOARD, variables: { run, first: 5 } })
  let subscription
  const { data: first } = await new Promise((seen, failed) => {
    subscription = watched.subscribe((result) => (result.error ? failed(result.error) : result.data && seen(result)))
  })
  assert.equal(first.scorecards.edges.length, 5)
  await watched.fetchMore({ variables: { after: first.scorecards.pageInfo.endCursor } })
  const { edges } = apollo.readQuery({ query: LEADERBOARD, variables: { run, first: 5 } }).scorecards
  assert.equal(edges.length, 10)
  assert.equal(new Set(edges.map((edge) => edge.node.id)).size, 10)
  assert.deepEqual(edges.map((edge) => edge.node.rank), [...edges.map((edge) => edge.node.rank)].sort((one, other) => one - other))
  assert.ok(apollo.cache.extract()[`Scorecard:${edges[0].node.id}`], 'cards are normalized by their ids')
  subscription.unsubscribe()
})

test('an object read again by its id is the same object of the cache', async () => {
  const apollo = client(http('assessor'))
  const { data } = await apollo.query({ query: LEADERBOARD, variables: { run: await completeRun(), first: 1 } })
  const { id } = data.scorecards.edges[0].node
  const again = await apollo.query({ query: gql`query ($id: ID!) { node(id: $id) { id ... on Scorecard { grade } } }`, variables: { id } })
  assert.equal(again.data.node.id, id)
  assert.ok(apollo.cache.extract()[`Scorecard:${id}`].grade)
})

test('a refusal reaches the page with its code beside the data', async () => {
  const query = gql`{ me { code } auditTrail(first: 1) { nodes { action } } }`
  const { data, error } = await client(http('manager')).query({ query, errorPolicy: 'all' })
  assert.ok(CombinedGraphQLErrors.is(error), String(error))
  assert.ok(['FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'].includes(error.errors[0].extensions.code))
  if (error.errors[0].extensions.code === 'FORBIDDEN') assert.ok(data.me.code)
})

test('a run is followed over graphql-ws', async () => {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token('assessor')}` } })
  const query = gql`subscription ($run: ID!) { runProgress(runId: $run) { id status } }`
  const run = await completeRun()
  const events = []
  await new Promise((done, failed) => {
    client(new GraphQLWsLink(socket)).subscribe({ query, variables: { run } }).subscribe({ next: (event) => events.push(event), error: failed, complete: done })
  })
  assert.deepEqual(events.map((event) => event.data.runProgress.status), ['COMPLETE'])
  await socket.dispose()
})

test('a file is uploaded by apollo-upload-client', async () => {
  const mutation = gql`
    mutation Import($input: ImportDeliveryInput!) {
      imported: importDelivery(input: $input) { ... on ImportDeliveryPayload { arrival { id name dryRun } } }
    }
  `
  const link = new UploadHttpLink({ uri: url, headers: { ...authorization('data_steward'), 'apollo-require-preflight': 'true' } })
  const upload = new File(['fee,customer,day,kind,amount\n'], 'fees-20261015.csv', { type: 'text/csv' })
  const { data } = await client(link).mutate({ mutation, variables: { input: { upload, dryRun: true } } })
  assert.deepEqual([data.imported.arrival.name, data.imported.arrival.dryRun], ['fees-20261015.csv', true])
})

test('the persisted-query handshake: refused once, sent once, then known by its hash', async () => {
  const sent = []
  const fetchFn = (address, init) => {
    sent.push(init.method === 'GET' ? 'hash' : JSON.parse(init.body).query ? 'text' : 'hash')
    return fetch(address, init)
  }
  const sha256 = (text) => createHash('sha256').update(text).digest('hex')
  const fresh = () => client(ApolloLink.from([new PersistedQueryLink({ sha256 }), http('assessor', { fetch: fetchFn })]))
  const query = gql(`query Handshake${Date.now()} { me { code } }`)
  assert.equal((await fresh().query({ query })).data.me.code, 'assessor')
  assert.deepEqual(sent, ['hash', 'text'])
  assert.equal((await fresh().query({ query })).data.me.code, 'assessor')
  assert.deepEqual(sent, ['hash', 'text', 'hash'])
})
