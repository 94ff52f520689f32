// Relay: its compiler accepts the committed SDL, and its runtime pages, reads and follows with what it compiled.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import test, { before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createClient } from 'graphql-ws'
import relay from 'relay-runtime'
import WebSocket from 'ws'

import { authorization, completeRun, socketUrl, token, url } from './place.mjs'

const { Environment, Network, Observable, RecordSource, Store, commitMutation, createOperationDescriptor, fetchQuery, getRequest, getSelector, requestSubscription } = relay
const require = createRequire(import.meta.url)
const compiled = (name) => require(`./relay/__generated__/${name}.graphql.js`)

before(() => {
  const here = (path) => fileURLToPath(new URL(path, import.meta.url))
  mkdirSync(here('relay/__generated__'), { recursive: true })
  const done = spawnSync(here('../node_modules/.bin/relay-compiler'), ['relay.config.json'], { cwd: here('relay'), encoding: 'utf8' })
  assert.equal(done.status, 0, done.stdout + done.stderr)
})

function environment(role) {
  const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${token(role)}` } })
  const ask = async ({ text }, variables, _, uploadables) => {
    const headers = authorization(role)
    if (!uploadables) {
      headers['content-type'] = 'application/json'
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: text, variables }) })).json()
    }
    const form = new FormData()
    form.append('operations', JSON.stringify({ query: text, variables }))
    form.append('map', JSON.stringify({ file: ['variables.input.upload'] }))
    form.append('file', uploadables.file)
    return (await fetch(url, { method: 'POST', headers: { ...headers, 'graphql-require-preflight': '1' }, body: form })).json()
  }
  const follow = ({ text }, variables) => Observable.create((sink) => socket.subscribe({ query: text, variables }, sink))
  return { relayEnvironment: new Environment({ network: Network.create(ask, follow), store: new Store(new RecordSource()) }), socket }
}

test('a connection is read page by page into one list', async () => {
  const { relayEnvironment } = environment('assessor')
  const run = await completeRun()
  const query = compiled('pagesLeaderboardQuery')
  const operation = createOperationDescriptor(getRequest(query), { run })
  const kept = relayEnvironment.retain(operation)
  await fetchQuery(relayEnvironment, query, { run }).toPromise()
  const cards = () => {
    const root = relayEnvironment.lookup(operation.fragment).data.run
    return relayEnvironment.lookup(getSelector(compiled('pagesLeaderboard_run'), root)).data.scorecards
  }
  const first = cards()
  assert.equal(first.edges.length, 5)
  assert.equal(first.pageInfo.hasNextPage, true)
  await fetchQuery(relayEnvironment, compiled('pagesLeaderboardPageQuery'), { id: run, first: 5, after: first.pageInfo.endCursor }).toPromise()
  const ids = cards().edges.map((edge) => edge.node.id)
  assert.equal(ids.length, 10)
  assert.equal(new Set(ids).size, 10)
  kept.dispose()
})

test('a scorecard with explanations is read, a node by its id is the same record', async () => {
  const { relayEnvironment } = environment('assessor')
  const run = await completeRun()
  const page = await fetchQuery(relayEnvironment, compiled('pagesScorecardQuery'), { run, manager: 'N010301', locale: 'zh-CN' }).toPromise()
  assert.ok(page.scorecard.lines.length > 5)
  assert.ok(page.scorecard.lines.every((line) => line.explanation.sum))
  const { node } = await fetchQuery(relayEnvironment, compiled('pagesNodeQuery'), { id: run }).toPromise()
  assert.deepEqual([node.__typename, node.id], ['Run', run])
})

test('a run is followed', async () => {
  const { relayEnvironment, socket } = environment('assessor')
  const variables = { run: await completeRun() }
  const seen = []
  await new Promise((done, failed) => {
    requestSubscription(relayEnvironment, { subscription: compiled('pagesFollowSubscription'), variables, onNext: (event) => seen.push(event.runProgress.status), onError: failed, onCompleted: done })
  })
  assert.deepEqual(seen, ['COMPLETE'])
  await socket.dispose()
})

test('a file is handed in by a mutation', async () => {
  const { relayEnvironment } = environment('data_steward')
  const upload = new File(['fee,customer,day,kind,amount\n'], 'fees-20261017.csv', { type: 'text/csv' })
  const answer = await new Promise((done, failed) => {
    commitMutation(relayEnvironment, { mutation: compiled('pagesImportMutation'), variables: { input: { upload: null, dryRun: true } }, uploadables: { file: upload }, onCompleted: done, onError: failed })
  })
  assert.equal(answer.importDelivery.arrival.name, 'fees-20261017.csv')
})
