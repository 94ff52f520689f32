// graphql-transport-ws with npm graphql-ws: a run is followed from its start to its end.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'

import { authorization, completeRun, socketUrl, token, url } from './place.mjs'

const FOLLOW = 'subscription($run: ID!) { runProgress(runId: $run) { id status progress { stage done total } } }'
const START = 'mutation($input: StartRunInput!) { started: startRun(input: $input) { ... on StartRunPayload { run { id } } } }'

function connect(connectionParams, more = {}) {
  return createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, lazy: true, connectionParams, ...more })
}

async function heard(client, query, variables) {
  const events = []
  for await (const event of client.iterate({ query, variables })) events.push(event)
  return events
}

async function start() {
  const input = { scheme: 'quarterly', period: '2026-Q2' }
  const headers = { 'content-type': 'application/json', ...authorization('assessor') }
  const answer = await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: START, variables: { input } }) })).json()
  assert.equal(answer.errors, undefined, JSON.stringify(answer))
  return answer.data.started.run.id
}

test('a run is followed to its end, and the stream ends with it', async () => {
  const client = connect({ Authorization: `Bearer ${token('assessor')}` })
  const run = await start()
  const events = await heard(client, FOLLOW, { run })
  assert.deepEqual(events.filter((event) => event.errors), [])
  const states = events.map((event) => event.data.runProgress)
  assert.ok(states.every((state) => state.id === run))
  assert.equal(states.at(-1).status, 'COMPLETE')
  assert.ok(states.length > 1, JSON.stringify(states))
  await client.dispose()
})

test('a run that has ended says so once', async () => {
  const client = connect(() => ({ Authorization: `Bearer ${token('manager')}` }))
  const events = await heard(client, FOLLOW, { run: await completeRun() })
  assert.deepEqual(events.map((event) => event.data.runProgress.status), ['COMPLETE'])
  await client.dispose()
})

test('a run that is not there is an error of the operation, not of the connection', async () => {
  const client = connect({ Authorization: `Bearer ${token('assessor')}` })
  await assert.rejects(heard(client, FOLLOW, { run: 'none' }), (errors) => errors[0].extensions.code === 'NOT_FOUND')
  const [other] = await heard(client, FOLLOW, { run: await completeRun() })
  assert.equal(other.data.runProgress.status, 'COMPLETE')
  await client.dispose()
})

test('a document that is not valid is refused as graphql-ws expects', async () => {
  const client = connect({ Authorization: `Bearer ${token('assessor')}` })
  await assert.rejects(heard(client, 'subscription { nothing }'), (errors) => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED')
  await client.dispose()
})

test('without a token the connection is closed with 4403', async () => {
  await assert.rejects(heard(connect({}), FOLLOW, { run: 'any' }), (closed) => closed.code === 4403)
})
