// Where the judges ask and as whom: handed over by the environment, never on a command line.
import assert from 'node:assert/strict'

export const url = process.env.MERITGRAPH_URL
export const socketUrl = url?.replace(/^http/, 'ws')
const tokens = JSON.parse(process.env.MERITGRAPH_TOKENS ?? '{}')

export function token(role) {
  assert.ok(tokens[role], `MERITGRAPH_TOKENS has no token of ${role}`)
  return tokens[role]
}

export const authorization = (role) => ({ authorization: `Bearer ${token(role)}` })

/** The newest complete run's id, asked for without any client. */
export async function completeRun() {
  const query = '{ runs(first: 50, orderBy: [{field: REQUESTED_AT, direction: DESC}]) { nodes { id status } } }'
  const headers = { 'content-type': 'application/json', ...authorization('assessor') }
  const answer = await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })).json()
  return answer.data.runs.nodes.find((run) => run.status === 'COMPLETE').id
}
