// The committed SDL: graphql-eslint finds nothing that accepted.json does not name with its reason, and graphql-inspector no
// breaking change since the last released SDL that breaking.json does not. What is named and no longer so fails too.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { ESLint } from 'eslint'
import { buildSchema } from 'graphql'
import { fileURLToPath } from 'node:url'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const text = (relative) => readFileSync(path(relative), 'utf8')
const json = (relative) => JSON.parse(text(relative))

function sameAs(listed, found) {
  assert.ok(listed.every((one) => one.reason?.length > 20), 'everything listed has a reason')
  assert.deepEqual([...new Set(found)].sort(), listed.flatMap((one) => one.reports).sort())
}

test('graphql-eslint: schema-recommended and schema-relay', async () => {
  const eslint = new ESLint({ cwd: path('../../..'), overrideConfigFile: path('../eslint.config.mjs') })
  const [{ messages }] = await eslint.lintFiles(['schema/schema.graphql'])
  sameAs(json('../accepted.json'), messages.map((one) => `${one.ruleId?.replace('@graphql-eslint/', '')}: ${one.message.replaceAll(/\s+/g, ' ')}`))
})

test('graphql-inspector: nothing a client relied on has gone', async () => {
  const changes = await diff(buildSchema(text('../released.graphql')), buildSchema(text('../../../schema/schema.graphql')))
  const breaking = changes.filter((one) => one.criticality.level === CriticalityLevel.Breaking)
  sameAs(json('../breaking.json'), breaking.map((one) => `${one.path}: ${one.message}`))
})
