// GraphiQL's menu of examples in a real browser: what each role is offered, and that it runs as it stands.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test, { after, before } from 'node:test'

import { openBrowser } from './browser.mjs'
import { url } from './place.mjs'

const ROW = /^\| [^|]+ \| `(\w+)` \| ([^|]+) \|/gm
const page = readFileSync(new URL('../../../docs/front-end.md', import.meta.url), 'utf8')
const openers = new Map([...page.matchAll(ROW)].map(([, name, roles]) => [name, roles.match(/\w+/g)]))
const CHANGES = ['CancelRun', 'ImportDelivery', 'PublishRun', 'SetShares', 'SetTargets', 'StartRun']
const text = JSON.stringify

let browser

async function start(language) {
  browser = await openBrowser(process.env.MERITGRAPH_BROWSER, language)
  await browser.go(url)
  await ready()
}

// The button waits while the schema is being read.
const ready = () => browser.until(`!!document.querySelector('.examples-button:not(:disabled)') && !!document.querySelector('.graphiql-toolbar')`)

async function become(role) {
  await browser.evaluate(`(() => {
    const select = document.getElementById('role')
    select.value = [...select.options].find((o) => o.text.startsWith('north · ' + ${text(role.replace('_', ' '))} + ' (')).value
    select.dispatchEvent(new Event('change'))
  })()`)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await ready()
}

async function openMenu() {
  await browser.evaluate(`document.querySelector('.examples-button').focus()`)
  await browser.key('ArrowDown')
  await browser.until(`!!document.querySelector('[data-example]')`)
}

const offered = () => browser.evaluate(`[...document.querySelectorAll('[data-example]:not([data-disabled])')].map((e) => e.dataset.example).sort()`)
const shown = () => browser.evaluate(`Object.fromEntries([...document.querySelectorAll('[data-example]')].map((e) => [e.dataset.example, e.innerText]))`)

async function closeMenu() {
  await browser.key('Escape')
  await browser.until(`!document.querySelector('[data-example]')`)
}

/** Choose an example: the query and the variables that stand in the page then. */
async function choose(name) {
  await openMenu()
  await browser.evaluate(`document.querySelector('[data-example=${name}]').click()`)
  const editor = (area) => `document.querySelector('.graphiql-container .graphiql-${area} .CodeMirror').CodeMirror.getValue()`
  await browser.until(`/^(query|mutation|subscription) ${name}\\b/m.test(${editor('query-editor')})`)
  return browser.evaluate(`[${editor('query-editor')}, document.querySelectorAll('.graphiql-editor-tool .CodeMirror')[0].CodeMirror.getValue()]`)
}

/** Press the run button: the answer. */
async function run() {
  await browser.evaluate(`document.querySelector('.graphiql-execute-button').click()`)
  const answer = `document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()`
  return JSON.parse(await browser.until(`/^{[^]*}\\s*$/.test(${answer}) && ${answer}`))
}

before(() => start('en-US'))
after(() => browser.close())

for (const role of new Set([...openers.values()].flat())) {
  test(`${role} is offered what it may open, and told of the rest that it is not for this role`, async () => {
    await become(role)
    await openMenu()
    const its = [...openers].filter(([, roles]) => roles.includes(role)).map(([name]) => name).sort()
    assert.deepEqual(await offered(), its)
    for (const [name, words] of Object.entries(await shown())) assert.equal(/ · not for this role$/.test(words), !its.includes(name), words)
    await closeMenu()
  })
}

for (const role of ['assessor', 'auditor', 'administrator', 'data_steward', 'manager']) {
  test(`every question offered to ${role} runs as it stands`, async () => {
    await become(role)
    await openMenu()
    const names = await offered()
    await closeMenu()
    for (const name of names.filter((one) => !CHANGES.includes(one))) {
      const [query, variables] = await choose(name)
      assert.doesNotMatch(variables, /""/, `${name} lacks a variable: ${variables}`)
      const answer = await run()
      assert.equal(answer.errors, undefined, `${name} ${variables}: ${text(answer.errors)}\n${query}`)
      assert.ok(Object.values(answer.data).every((worth) => worth !== null), `${name}: ${text(answer)}`)
    }
  })
}

test('a change comes with its input, and changes of shares are dry runs', async () => {
  await become('administrator')
  const [, variables] = await choose('SetShares')
  assert.equal(JSON.parse(variables).input.dryRun, true)
  const answer = await run()
  assert.deepEqual([answer.errors, answer.data.setShares.__typename, answer.data.setShares.dryRun], [undefined, 'SetSharesPayload', true])
})

test('an example does not write over what somebody has written', async () => {
  await become('assessor')
  const tabs = () => browser.evaluate(`document.querySelectorAll('.graphiql-tab').length`)
  await choose('Session')
  const had = await tabs()
  await browser.evaluate(`document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue('{ me { code } }')`)
  await choose('Runs')
  assert.equal(await tabs(), had + 1)
  await choose('MyPost')
  assert.equal(await tabs(), had + 1)
})

test('nothing on the page was refused by its policy, failed, or asked another host', () => {
  const [origin, socket] = [new URL(url).origin, new URL(url.replace(/^http/, 'ws')).origin]
  assert.deepEqual(browser.complaints, [])
  assert.deepEqual([...browser.asked].filter((one) => ![origin, socket, 'null'].includes(one)), [])
  assert.ok(browser.asked.has(socket), 'no run was followed')
})

test('who reads Chinese finds the menu in Chinese', async () => {
  await browser.close()
  await start('zh-CN,zh')
  await become('data_steward')
  await openMenu()
  const words = await shown()
  assert.equal(words.Readiness, '数据就绪情况')
  assert.equal(words.AuditTrail, '审计记录 · 此角色不可用')
  assert.equal(await browser.evaluate(`document.querySelector('.examples-button').innerText.slice(0, 2)`), '示例')
})
