// A page as a front-end team writes it: everything it reads is typed by the documents.
import { LeaderboardDocument, StartRunDocument, asker } from '../../../clients/typescript/dist/index.js'
import type { LeaderboardQuery, RunStatus } from '../../../clients/typescript/dist/index.js'

const ask = asker({ url: 'http://127.0.0.1:8000/graphql', token: () => 'a token' })

export async function best(run: string): Promise<string | null> {
  const { data } = await ask(LeaderboardDocument, { run, first: 1 })
  const card: NonNullable<LeaderboardQuery['scorecards']>['nodes'][number] | undefined = data?.scorecards?.nodes[0]
  const points: string | null = card?.points ?? null
  return points
}

export async function start(scheme: string, period: string): Promise<RunStatus | string> {
  const { data } = await ask(StartRunDocument, { input: { scheme, period, despite: ['MISSING'] } })
  const started = data?.startRun
  return started?.__typename === 'StartRunPayload' ? started.run.status : (started?.message ?? 'no answer')
}
