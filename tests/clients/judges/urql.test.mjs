// urql: document cache, normalized cache with relay paging, faults, subscriptions, uploads, persisted queries.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { cacheExchange as graphcache } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { persistedExchange } from '@urql/exchange-persisted'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

import { authorization, completeRun, socketUrl, token, url } from './place.mjs'

const LEADERBOARD = gql`
  query Leaderboard($run: ID!, $first: Int, $after: String) {
    scorecards(runId: $run, first: $first, after: $after, orderBy: [{ field: POINTS, direction: DESC }]) {
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { id rank manager { id code } } }
    }
  }
`
const client = (role, exchanges, more = {}) =>
  new Client({ url, exchanges, preferGetMethod: false, fetchOptions: { headers: authorization(role) }, ...more })

test('the normalized cache joins pages by relayPagination', async () => {
  const withoutKeys = { Me: () => null, ScoreLine: () => null }
  const cache = graphcache({ keys: withoutKeys, resolvers: { Query: { scorecards: relayPagination() } } })
  const urql = client('assessor', [cache, fetchExchange])
  const run = await completeRun()
  const one = await urql.query(LEADERBOARD, { run, first: 5 }).toPromise()
  assert.equal(one.error, undefined)
  const two = await urql.query(LEADERBOARD, { run, first: 5, after: one.data.scorecards.pageInfo.endCursor }).toPromise()
  const ids = two.data.scorecards.edges.map((edge) => edge.node.id)
  assert.equal(ids.length, 10)
  assert.equal(new Set(ids).size, 10)
})

test('a query goes by GET too', async () => {
  const { data, error } = await client('auditor', [fetchExchange], { preferGetMethod: 'force' }).query(gql`{ me { code } }`, {}).toPromise()
  assert.equal(error, undefined)
  assert.equal(data.me.code, 'auditor')
})

test('a refusal has its code, and an expired token its status', async () => {
  const refused = await client('manager', [cacheExchange, fetchExchange]).query(gql`{ auditTrail(first: 1) { nodes { action } } }`, {}).toPromise()
  assert.ok(['FORBIDDEN', 'GRAPHQL_VALIDATION_FAILED'].includes(refused.error.graphQLErrors[0].extensions.code))
  const stranger = await new Client({ url, preferGetMethod: false, exchanges: [fetchExchange], fetchOptions: { headers: { authorization: 'Bearer x' } } })
    .query(gql`{ me { code } }`, {})
    .toPromise()
  assert.equal(stranger.error.response.status, 401)
})

test('a run is followed over graphql-ws', async () => {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token('assessor')}` } })
  const forward = (request) => ({ subscribe: (sink) => ({ unsubscribe: socket.subscribe(request, sink) }) })
  const urql = client('assessor', [fetchExchange, subscriptionExchange({ forwardSubscription: forward })])
  const run = await completeRun()
  const { data, error } = await urql.subscription(gql`subscription ($run: ID!) { runProgress(runId: $run) { id status } }`, { run }).toPromise()
  assert.equal(error, undefined)
  assert.equal(data.runProgress.status, 'COMPLETE')
  await socket.dispose()
})

test('a file is uploaded by the fetch exchange itself', async () => {
  const mutation = gql`
    mutation Import($input: ImportDeliveryInput!) {
      imported: importDelivery(input: $input) { ... on ImportDeliveryPayload { arrival { id name } } }
    }
  `
  const upload = new File(['fee,customer,day,kind,amount\n'], 'fees-20261016.csv', { type: 'text/csv' })
  const fetchOptions = { headers: { ...authorization('data_steward'), 'graphql-require-preflight': '1' } }
  const { data, error } = await client('data_steward', [fetchExchange], { fetchOptions }).mutation(mutation, { input: { upload, dryRun: true } }).toPromise()
  assert.equal(error, undefined)
  assert.equal(data.imported.arrival.name, 'fees-20261016.csv')
})

test('a persisted query is known by its hash from the second time on', async () => {
  const sent = []
  const fetchFn = (address, init) => {
    sent.push(JSON.parse(init.body).query ? 'text' : 'hash')
    return fetch(address, init)
  }
  const fresh = () => client('assessor', [persistedExchange({ preferGetForPersistedQueries: false }), fetchExchange], { fetch: fetchFn })
  const query = gql(`query Handshake${Date.now()} { me { code } }`)
  assert.equal((await fresh().query(query, {}).toPromise()).data.me.code, 'assessor')
  assert.equal((await fresh().query(query, {}).toPromise()).data.me.code, 'assessor')
  assert.deepEqual(sent, ['hash', 'text', 'hash'])
})
