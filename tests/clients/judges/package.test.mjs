// The TypeScript package as built: it asks, is refused, hands in a file, and is asked by the ids of its documents.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import * as meritgraph from '../../../clients/typescript/dist/index.js'
import { authorization, completeRun, token, url } from './place.mjs'

const manifest = JSON.parse(readFileSync(new URL('../../../clients/typescript/trusted-documents.json', import.meta.url), 'utf8'))
const asks = (role, more = {}) => meritgraph.asker({ url, token: () => token(role), ...more })

test('the leaderboard is asked for and paged through', async () => {
  const ask = asks('assessor')
  const run = await completeRun()
  const codes = []
  for (let after = null; after !== undefined; ) {
    const { data, errors } = await ask(meritgraph.LeaderboardDocument, { run, first: 40, after })
    assert.equal(errors, undefined)
    codes.push(...data.scorecards.nodes.map((card) => card.manager.code))
    after = data.scorecards.pageInfo.hasNextPage ? data.scorecards.pageInfo.endCursor : undefined
  }
  assert.equal(new Set(codes).size, 64)
})

test('sentences come in the language asked for', async () => {
  const ask = asks('manager', { language: 'zh-CN' })
  const { data: me } = await ask(meritgraph.MyPostDocument, {})
  const { data } = await ask(meritgraph.ScorecardExplainedDocument, { run: await completeRun(), manager: me.me.manager.code, first: 1 })
  assert.match(data.scorecard.lines[0].explanation.sum, /[一-鿿]/)
  assert.match(data.scorecard.lines[0].indicator.label, /[一-鿿]/)
})

test('a file among the variables becomes a form', async () => {
  const upload = new File(['fee,customer,day,kind,amount\n'], 'fees-20261018.csv', { type: 'text/csv' })
  const { data, errors } = await asks('data_steward')(meritgraph.ImportDeliveryDocument, { input: { upload, dryRun: true } })
  assert.equal(errors, undefined)
  assert.equal(data.importDelivery.arrival.name, 'fees-20261018.csv')
})

test('every document stands in the manifest under its own id', () => {
  const documents = Object.entries(meritgraph).filter(([name]) => name.endsWith('Document'))
  assert.deepEqual(documents.map(([, document]) => meritgraph.documentId(document).replace('sha256:', '')).sort(), Object.keys(manifest))
})

test('what the manifest holds is answered by its id once it is registered', async () => {
  const ask = asks('assessor', { trusted: true })
  const before = await ask(meritgraph.RunsDocument, { first: 1 })
  assert.equal(before.errors[0].extensions.code, 'PERSISTED_QUERY_NOT_FOUND')
  const documents = Object.entries(manifest).map(([sha256, text]) => ({ sha256, text }))
  const query = 'mutation($input: RegisterDocumentsInput!) { done: registerDocuments(input: $input) { ... on RegisterDocumentsPayload { registered } } }'
  const headers = { 'content-type': 'application/json', ...authorization('administrator') }
  const told = await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables: { input: { documents } } }) })).json()
  assert.deepEqual(told.data?.done.registered.sort(), Object.keys(manifest), JSON.stringify(told))
  const { data, errors } = await ask(meritgraph.RunsDocument, { first: 1 })
  assert.equal(errors, undefined)
  assert.equal(data.runs.nodes.length, 1)
})
