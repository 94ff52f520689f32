// GraphQL over HTTP: every server audit of npm graphql-http, as one of the roles.
import assert from 'node:assert/strict'
import test from 'node:test'
import { serverAudits } from 'graphql-http'

import { authorization, url } from './place.mjs'

const fetchFn = (address, init = {}) => fetch(address, { ...init, headers: { ...init.headers, ...authorization('auditor') } })
const audits = serverAudits({ url, fetchFn })

test('there are 61 audits', () => assert.equal(audits.length, 61))

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn()
    assert.equal(result.status, 'ok', result.reason)
  })
}
