import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'
import { until } from '../fixtures/until.ts'
import type { Browser } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
let browser: Browser

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(() => browser?.close())

const THROWS = `
export default function handler(request: Request): Response {
  throw new Error('a message with <b>markup</b>', { cause: new TypeError('the cause, ${'which is long '.repeat(30)}') })
}
`

test('the page reloads itself when the code changes: broken at request time, at start, healed, with no failed request', async (t) => {
  const project = makeProject(t, { 'app.ts': THROWS })
  const server = await startCommand(project)
  const page = await browser.newPage()
  const problems: string[] = []
  const asked = new Set<string>()
  page.on(
    'console',
    (message) => message.type() === 'error' && !/500/.test(message.text()) && problems.push(message.text()),
  )
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => asked.add(new URL(request.url()).host))
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'a message with <b>markup</b>' }).waitFor()
  expect(await page.locator('mark.row').first().innerText()).toContain("throw new Error('a message")
  expect(await page.locator('.path').first().innerText()).toContain('handler')

  project.write('app.ts', 'export default = 1\n')
  await page.getByRole('heading', { name: 'Unexpected "="' }).waitFor()
  project.write('app.ts', answering('healed'))
  await page.getByText('healed').waitFor()
  expect(problems).toEqual([])
  expect([...asked]).toEqual([new URL(server.url).host])
})

test.for([
  ['a desk', 1280, 'light'],
  ['a desk', 1280, 'dark'],
  ['a phone', 360, 'light'],
  ['a phone', 360, 'dark'],
] as const)(
  'on %s (%i px), %s: readable without scripts, nothing wider than the screen, frames open by keyboard',
  async ([, width, colorScheme], t) => {
    const server = await startCommand(makeProject(t, { 'app.ts': THROWS }))
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      javaScriptEnabled: false,
    })
    const page = await context.newPage()
    await page.goto(server.url)
    const heading = page.getByRole('heading', { level: 1 })
    expect(await heading.innerText()).toBe('a message with <b>markup</b>')
    const box = await page.locator('body').boundingBox()
    expect(box!.width).toBeLessThanOrEqual(width)
    for (const part of await page.locator('section, header, footer').all()) {
      const { x, width: wide } = (await part.boundingBox())!
      expect(x + wide).toBeLessThanOrEqual(width)
    }
    const folded = page.locator('.folded details').first()
    expect(await folded.getAttribute('open')).toBeNull()
    await folded.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await folded.getAttribute('open')).toBe('')
    await context.close()
  },
)

test('its buttons open the editor at the place, and copy the text', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-editor-'))
  t.onTestFinished(() => rmSync(folder, { recursive: true }))
  const [editor, log] = [join(folder, 'code'), join(folder, 'args')]
  writeFileSync(editor, `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}.part'\nmv '${log}.part' '${log}'\n`)
  chmodSync(editor, 0o755)
  const project = makeProject(t, { 'app.ts': THROWS })
  const server = await startCommand(project, ['app.ts'], { FSGI_EDITOR: editor })
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
  t.onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Open app.ts, line 3, in the editor' }).first().click()
  await until(() => existsSync(log))
  expect(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1)).toMatch(`${project.path('app.ts')}:3:`)
  await page.getByRole('button', { name: 'Copy as text' }).click()
  await page.getByText('Copied.').waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^Error: a message with <b>markup<\/b>\n/)

  chmodSync(editor, 0o644)
  await page.getByRole('button', { name: 'Open app.ts, line 3, in the editor' }).first().click()
  await page.getByRole('status').getByText('did not open').waitFor()
})

test('what stands there is what the last button came to, also when one before it took longer', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.ts': THROWS }), ['app.ts'])
  const page = await browser.newPage()
  t.onTestFinished(() => page.close())
  let answerFirst: (() => Promise<void>) | undefined
  await page.route('**/__fsgi/api/open', async (route) => {
    if (answerFirst === undefined) answerFirst = () => route.fulfill({ status: 204 })
    else await route.fulfill({ status: 500, body: 'the editor did not open' })
  })
  await page.goto(server.url)
  const open = page.getByRole('button', { name: 'Open app.ts, line 3, in the editor' }).first()
  await open.click()
  await until(() => answerFirst !== undefined)
  await open.click()
  await page.getByRole('status').getByText('did not open').waitFor()
  const first = page.waitForResponse((response) => response.status() === 204)
  await answerFirst!()
  await (await first).finished()
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve))) // the page has taken note of it
  expect(await page.locator('[role=status]').innerText()).toBe('the editor did not open')
})

test('after a start that failed one button brings back what worked; the next save counts again', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project)
  const page = await browser.newPage()
  t.onTestFinished(() => page.close())
  await page.goto(server.url)
  await page.getByText('one').waitFor()
  project.write('app.ts', 'export default = 1\n')
  await until(async () => (await fetch(server.url)).status === 500)
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Use the last working version' }).click()
  await page.getByText('one').waitFor()
  project.write('app.ts', 'export default = 2\n')
  await until(async () => (await fetch(server.url)).status === 500)
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'Unexpected "="' }).waitFor()
  project.write('app.ts', answering('two'))
  await page.getByText('two').waitFor()
})

test('the page links to its request in the inspector; the answer to a form is not sent again when the code changes', async (t) => {
  const project = makeProject(t, { 'app.ts': THROWS })
  const server = await startCommand(project)
  const page = await browser.newPage()
  t.onTestFinished(() => page.close())
  await page.goto(`${server.url}/cart`)
  await page.getByRole('link', { name: 'in the inspector' }).click()
  await page.getByText('/cart').first().waitFor()
  expect(new URL(page.url()).pathname).toBe('/__fsgi/')

  let posts = 0
  page.on('request', (request) => request.method() === 'POST' && posts++)
  await page.goto('about:blank')
  await page.setContent(`<form method="post" action="${server.url}/form"><button>Send</button></form>`)
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('heading', { name: 'a message with' }).waitFor()
  await page.waitForLoadState()
  project.write('app.ts', answering('healed'))
  await page.getByRole('status').getByText('send the request again').waitFor()
  expect(posts).toBe(1)
})
