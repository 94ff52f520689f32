// Three mistakes, each on a line of its own: a number where text stands, a field nobody asked for, a variable left out.
import { LeaderboardDocument, asker } from '../../../../clients/typescript/dist/index.js'

const ask = asker({ url: 'http://127.0.0.1:8000/graphql', token: () => 'a token' })
const { data } = await ask(LeaderboardDocument, { run: 'r' })
export const points: number | null | undefined = data?.scorecards?.nodes[0]?.points
export const pay = data?.scorecards?.nodes[0]?.pay
export const without = await ask(LeaderboardDocument, { first: 1 })
