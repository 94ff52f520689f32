// Chromium without a window, spoken to over its own pipe: no package, no port.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A browser that prefers that language; `close` ends it. */
export async function openBrowser(program, language) {
  const home = mkdtempSync(join(tmpdir(), 'page-'))
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
  const argv = [...flags, `--accept-lang=${language}`, '--remote-debugging-pipe', `--user-data-dir=${home}`, 'about:blank']
  const browser = spawn(program, argv, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => browser.once('exit', resolve))
  const [to, from] = [browser.stdio[3], browser.stdio[4]]
  const answers = new Map()
  const complaints = []
  let [number, rest] = [0, '']
  from.setEncoding('utf8')
  from.on('data', (more) => {
    const messages = (rest + more).split('\0')
    rest = messages.pop()
    messages.map((text) => JSON.parse(text)).forEach(hear)
  })

  function hear({ id, result, error, method, params }) {
    if (id) answers.get(id)(error ? Promise.reject(new Error(error.message)) : result)
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text)
    if (method === 'Log.entryAdded' && params.entry.level === 'error') complaints.push(params.entry.text)
    if (method === 'Network.requestWillBeSent') asked.add(new URL(params.request.url).origin)
    if (method === 'Network.webSocketCreated') asked.add(new URL(params.url).origin)
  }

  const asked = new Set()
  const say = (method, params = {}, sessionId) =>
    new Promise((resolve) => {
      answers.set(++number, resolve)
      to.write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`)
    })
  const { targetInfos } = await say('Target.getTargets')
  const { targetId } = targetInfos.find(({ type }) => type === 'page')
  const { sessionId } = await say('Target.attachToTarget', { targetId, flatten: true })
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await say(`${domain}.enable`, {}, sessionId)

  /** What an expression (or the promise it gives) is worth in the page. */
  async function evaluate(expression) {
    const told = await say('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId)
    if (told.exceptionDetails) throw new Error(told.exceptionDetails.exception?.description ?? told.exceptionDetails.text)
    return told.result.value
  }

  return {
    /** Errors of scripts, and all that the content security policy refused. */
    complaints,
    /** Origins of everything the page asked for. */
    asked,
    evaluate,
    go: (url) => say('Page.navigate', { url }, sessionId),
    key: async (key, modifiers = 0) => {
      const code = { Enter: 13, ArrowDown: 40, Escape: 27 }[key]
      const press = { key, code: key, windowsVirtualKeyCode: code, modifiers }
      for (const type of ['rawKeyDown', 'keyUp']) await say('Input.dispatchKeyEvent', { type, ...press }, sessionId)
    },
    picture: async () => Buffer.from((await say('Page.captureScreenshot', {}, sessionId)).data, 'base64'),
    /** Until the expression is true in the page; its worth. */
    async until(expression, seconds = 20) {
      for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
        const worth = await evaluate(expression)
        if (worth) return worth
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`not so after ${seconds} s: ${expression}\n${await evaluate('document.body.innerText')}\n${complaints.join('\n')}`)
    },
    async close() {
      await Promise.race([say('Browser.close'), ended])
      await ended
      rmSync(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
