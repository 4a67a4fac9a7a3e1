import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { makeProject } from '../fixtures/project.ts'
import { openInspector, startBrowser } from './fixtures/open-page.ts'
import { startCommand } from '../fixtures/command.ts'
import type { Browser } from 'playwright-core'

vi.setConfig({ testTimeout: 120_000 })

const CORE = new URL('../../../core/src/index.ts', import.meta.url).href
const GZIP = new URL('../../../middleware-gzip/src/index.ts', import.meta.url).href

/** An application of three layers, with what can go wrong in one. */
const shop = (greeting: string): string => `
import { reply, stack } from '${CORE}'
import { gzip } from '${GZIP}'
const visitor = () => function visitor(app) {
  return (request, context) => {
    context.waitUntil(new Promise((resolve) => setTimeout(resolve, 30)))
    return app(request, context.with({ visitor: 'Ada' }))
  }
}
const retry = () => function retry(app) {
  return async (request, context) => {
    try { return await app(request, context) } catch { return await app(request, context) }
  }
}
let tries = 0
export default stack(gzip(), visitor(), retry())(function books(request, context) {
  const { path } = context
  if (path === '/throws') throw new TypeError('sold out', { cause: new Error('no stock') })
  if (path === '/flaky' && ++tries % 2 === 1) throw new Error('not yet')
  if (path === '/wrong') return new Response('x', { headers: { connection: 'close' } })
  if (path === '/missing') return reply('no such book', { status: 404 })
  return reply('${greeting} '.repeat(500), { headers: { vary: 'accept', 'x-path': path } })
})
`

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

test('the list fills as requests come; an exchange shows what each layer changed, at its border', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': shop('hello') }), ['app.js'])
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`)
  await page.getByRole('heading', { name: 'No requests yet' }).waitFor()

  await fetch(`${server.url}/books?page=2`, { headers: { 'accept-encoding': 'gzip', cookie: 'sid=very-secret' } })
  await fetch(`${server.url}/missing`)
  const rows = page.locator('.exchange.row')
  await rows.nth(1).waitFor()
  expect(await rows.allInnerTexts()).toEqual([
    expect.stringMatching(/^404\s+GET\s+\/missing\s/),
    expect.stringMatching(/^200\s+GET\s+\/books\?page=2\s/),
  ])

  await rows.nth(1).click()
  await page.getByRole('heading', { name: 'GET /books?page=2' }).waitFor()
  const layer = (name: string) => page.locator('.layer').filter({ has: page.locator('h3', { hasText: name }) })
  const up = layer('gzip').locator('.side.up').first()
  expect(await up.innerText()).toMatch(/\+\s*added\s*content-encoding\s+gzip/)
  expect(await up.locator('ins', { hasText: 'accept-encoding' }).innerText()).toBe(', Accept-Encoding')
  expect(await up.innerText()).toMatch(/body\s+bytes · 3.0 kB → bytes · gzip · \d+ B/)
  expect(await layer('visitor').locator('.side.up').first().innerText()).toBe('nothing changed')
  expect(await layer('visitor').locator('.side.down').first().innerText()).toMatch(/context visitor\s+"Ada"/)
  expect(await layer('books').locator('.side.up').first().innerText()).toMatch(/answered 200[\s\S]*x-path: \/books$/)

  const lines = page.locator('.timeline .line:not(.axis)')
  expect(await lines.locator('.name').allInnerTexts()).toEqual([
    'server',
    'gzip',
    'visitor',
    'retry',
    'books',
    'waitUntil visitor',
  ])
  await page.getByText(/^done at/).waitFor()
  expect(await page.locator('.full').innerText()).not.toContain('very-secret')
  expect(await page.locator('.full .secret').first().innerText()).toMatch(/^\[redacted/)
  await layer('visitor').getByText('All that passed its border').click()
  await layer('visitor').locator('.messages').getByText('/books', { exact: true }).first().waitFor()

  expect(page.url()).toMatch(/#\/1$/)
  await page.reload()
  await page.getByRole('heading', { name: 'GET /books?page=2' }).waitFor()
  await close()
})

test('what went wrong is named with its layer: an error, a second try, a rule', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': shop('hello') }), ['app.js'])
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`)
  const opened = async (path: string): Promise<void> => {
    await fetch(server.url + path)
    await page.locator('.exchange.row', { hasText: path }).click()
    await page.getByRole('heading', { name: `GET ${path}` }).waitFor()
    await page.locator('.timeline li .name').first().waitFor()
  }
  await opened('/throws')
  const problem = page.locator('.problems .problem').first()
  expect(await problem.innerText()).toMatch(/^books threw, call 1 of 2\s+TypeError sold out/)
  expect(await problem.innerText()).toMatch(/app\.js:\d+:\d+[\s\S]*Caused by\s+Error no stock/)
  expect(await page.locator('.timeline li.threw .name').allInnerTexts()).toEqual([
    'gzip',
    'visitor',
    'retry',
    'books 1 of 2',
    'books 2 of 2',
  ])

  await opened('/flaky')
  expect(await page.locator('.timeline li .name').allInnerTexts()).toEqual(
    expect.arrayContaining(['books 1 of 2', 'books 2 of 2']),
  )
  expect(await problem.innerText()).toMatch(/^books threw, call 1 of 2, and retry went on\s+Error not yet/)
  expect(await page.locator('.layer').nth(2).innerText()).toMatch(/^retry[\s\S]*against call 2\s+nothing changed/)

  await opened('/wrong')
  const rule = page.locator('.problems .problem').first()
  expect(await rule.innerText()).toMatch(/[A-Z]\d+ broken by books/)
  await page.getByRole('button', { name: /1 rule broken/ }).click()
  await page.getByRole('heading', { name: 'Broken rules' }).waitFor()
  await page.locator('.problems.all a').click()
  await page.getByRole('heading', { name: 'GET /wrong' }).waitFor()
  await close()
})

test('by keyboard alone: walk, open, pin, replay, copy, clear, help', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': shop('hello') }), ['app.js'])
  for (const path of ['/one', '/two', '/three'])
    await fetch(server.url + path, { headers: { 'x-note': `it's ${path}` } })
  const opened = await openInspector(browser, `${server.url}/__fsgi/`, {
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const { page, close } = opened
  const { keyboard } = page
  await page.locator('.exchange.row').nth(2).waitFor()
  for (const key of ['j', 'j', 'j', 'k', 'Enter']) await keyboard.press(key)
  await page.getByRole('heading', { name: 'GET /two' }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await keyboard.press('j')
  await page.getByRole('heading', { name: 'GET /one' }).waitFor()

  await keyboard.press('c')
  await page.getByRole('status').filter({ hasText: 'Copied as a curl command' }).waitFor()
  const command = await page.evaluate(() => navigator.clipboard.readText())
  expect(command).toContain("--header 'x-note: it'\\''s /one'")
  const answer = execFileSync('sh', ['-c', `${command} --silent`], { encoding: 'utf8' })
  expect(answer).toMatch(/^hello hello/)
  await page.locator('.exchange.row').nth(3).waitFor()

  await keyboard.press('p')
  await page.getByRole('button', { name: 'Pinned' }).last().waitFor()
  await keyboard.press('r')
  await page.getByText(/^repeats/).waitFor()
  await page.getByRole('link', { name: 'number 1' }).click()
  await page.getByText(/^repeated as/).waitFor()

  await keyboard.press('Escape')
  await page.locator('.page.list').waitFor()
  await keyboard.press('x')
  await expect.poll(() => page.locator('.exchange.row').count()).toBe(1)
  expect(await page.locator('.exchange.row').innerText()).toContain('/one')

  await keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await keyboard.press('Escape')
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  await keyboard.press('/')
  await keyboard.type('nowhere')
  await page.getByRole('heading', { name: 'Nothing passes the filters' }).waitFor()
  await keyboard.press('Escape')
  await page.locator('.exchange.row').waitFor()
  await close()
})

test('a link that is followed while the page is about to draw is followed', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': shop('hello') }), ['app.js'])
  await fetch(server.url)
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`)
  const shown = await page.evaluate(`(async () => {
    const { keepAddress } = await import('/__fsgi/ui/address.js')
    const inspector = {
      screen: { name: 'exchange', id: 5 },
      exchanges: new Map(),
      show: (screen) => void (inspector.screen = screen),
    }
    const address = keepAddress(inspector)
    address.tell()
    const followed = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }))
    location.hash = '#/1' // as a link does it: the event comes later
    address.tell()
    await followed
    return [location.hash, inspector.screen.id]
  })()`)
  expect(shown).toEqual(['#/1', 1])
  await close()
})

test('new code is a line in the list, and code that does not start is said', async (t) => {
  const project = makeProject(t, { 'app.js': shop('hello') })
  const server = await startCommand(project, ['app.js'])
  await fetch(`${server.url}/before`)
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`)
  await page.locator('.exchange.row', { hasText: '/before' }).waitFor()
  project.write('app.js', shop('goodbye'))
  await page.locator('.row.code').waitFor()
  expect(await (await fetch(`${server.url}/after`)).text()).toMatch(/^goodbye/)
  await expect
    .poll(() => page.locator('.row:not(.columns)').allInnerTexts())
    .toEqual([
      expect.stringContaining('/after'),
      expect.stringContaining('code reloaded'),
      expect.stringContaining('/before'),
    ])
  project.write('app.js', 'export default = 1\n')
  await page.getByRole('alert').filter({ hasText: 'The newest code did not start' }).waitFor()
  await page.getByRole('button', { name: 'Use the last working version' }).click()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  expect(await (await fetch(`${server.url}/last`)).text()).toMatch(/^goodbye/)
  project.write('app.js', 'export default = 2\n')
  await page.getByRole('alert').filter({ hasText: 'The newest code did not start' }).waitFor()
  project.write('app.js', shop('healed'))
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  await close()
})
