// The site as a browser sees it: Debian's Chromium, https with a certificate of our own, the production server, files of SQLite.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { PASSWORD } from './fixtures/test-site.ts'
import { one as tls } from '../../../packages/server-node/src/fixtures/certificates.ts'
import accounts from './app.ts'
import type { Browser, BrowserContext, BrowserContextOptions, Cookie, Page } from 'playwright-core'
import type { Entry } from '@fsgi/core'
import type { ServeOptions, Server } from '@fsgi/server-node'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync' // prettier-ignore

let browser: Browser
let folder: string
let env: Record<string, string>
let site: Server
/** `https://localhost:…` */
let home: string
const servers: Server[] = []
const contexts: BrowserContext[] = []
const problems: string[] = []

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') })
})
afterAll(() => browser?.close())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'))
  env = { ACCOUNTS_DB: join(folder, 'accounts.sqlite'), SESSIONS_DB: join(folder, 'sessions.sqlite') }
  site = await started(accounts, { tls })
  home = `https://localhost:${site.port}`
})
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
  for (const server of servers.splice(0)) await server.close({ limit: 0 })
  await rm(folder, { recursive: true })
  expect(problems.splice(0)).toEqual([])
})

async function started(entry: Entry, options: Pick<ServeOptions, 'tls'> = {}): Promise<Server> {
  const server = await serve(entry, { port: 0, env, report: (error) => problems.push(String(error)), ...options })
  servers.push(server)
  return server
}

/** The port of a server that has one page. On `127.0.0.1` it is another site, on `localhost` another origin of the same. */
async function elsewhere(body: string): Promise<number> {
  const page = `<!doctype html><link rel="icon" href="data:,"><title>Elsewhere</title>${body}`
  const { port } = await started(() => reply(page, { headers: { 'content-type': 'text/html; charset=utf-8' } }), {
    tls,
  })
  return port!
}

/** A browser of somebody's own. What it complains of fails the test. */
async function newBrowser(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: home, ignoreHTTPSErrors: true, ...options })
  contexts.push(context)
  context.setDefaultTimeout(30_000)
  return context
}

async function newTab(context: BrowserContext, path = '/'): Promise<Page> {
  const tab = await context.newPage()
  tab.on('pageerror', (error) => problems.push(String(error)))
  tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await tab.goto(path)
  return tab
}

/** Fills in the form of `/signup` or `/login`. */
async function enter(tab: Page, path: '/signup' | '/login', name: string, password = PASSWORD): Promise<void> {
  await tab.goto(path)
  await tab.getByLabel('Name').fill(name)
  await tab.getByLabel('Password').fill(password)
  await tab.getByRole('main').getByRole('button').click()
}

/** Somebody who has signed up. */
async function member(name: string, options?: BrowserContextOptions): Promise<Page> {
  const tab = await newTab(await newBrowser(options))
  await enter(tab, '/signup', name)
  await tab.getByText(`Welcome, ${name}.`).waitFor()
  return tab
}

const notes = (tab: Page): Promise<string[]> => tab.locator('.notes li').allTextContents()
const cookies = (tab: Page): Promise<Cookie[]> => tab.context().cookies()

test('over https the cookie has the prefix and everything that it demands', async () => {
  const tab = await member('Ada')
  const all = await cookies(tab)
  expect(all).toHaveLength(1)
  expect(all[0]).toMatchObject({
    name: '__Host-id',
    domain: 'localhost',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
  })
  expect(all[0]!.expires - Date.now() / 1000).toBeGreaterThan(29 * 86_400)
  expect(await tab.evaluate('document.cookie')).toBe('')
})

test('over plain http it has no prefix, and what plain http plants is not believed over https', async () => {
  const plain = await started(accounts)
  const tab = await newTab(await newBrowser({ baseURL: `http://localhost:${plain.port}` }), '/login')
  const all = await cookies(tab)
  expect(all).toMatchObject([{ name: 'id', secure: false, httpOnly: true, sameSite: 'Lax' }])

  // An attacker on the network, logged in as himself, plants his session: cookies do not know ports, nor schemes.
  await enter(tab, '/signup', 'Ada')
  await tab.getByText('Welcome, Ada').waitFor()
  expect((await cookies(tab)).map(({ name }) => name)).toEqual(['id'])
  await tab.goto(home)
  await tab.getByText('One account, many devices').waitFor()
})

test('a page, of this host or over http, cannot make a cookie with the prefix that the browser would keep', async () => {
  const tab = await newTab(await newBrowser(), `https://localhost:${await elsewhere('')}/`)
  await tab.evaluate(`
    document.cookie = '__Host-id=${'A'.repeat(22)}.${'B'.repeat(43)}; Path=/'
    document.cookie = '__Host-id=x; Path=/login; Secure'
    document.cookie = '__Host-id=x; Path=/; Secure; Domain=localhost'
  `)
  expect(await cookies(tab)).toEqual([])
})

test('the notice is said once, after the redirect, and a reload sends nothing again', async () => {
  const tab = await member('Ada')
  await tab.getByLabel('A note').fill('buy milk')
  await tab.getByRole('button', { name: 'Add' }).click()
  await tab.getByRole('status').getByText('Noted.').waitFor()
  expect(new URL(tab.url()).pathname).toBe('/')
  await tab.reload()
  expect(await tab.getByRole('status').count()).toBe(0)
  expect(await notes(tab)).toEqual(['buy milk'])
})

test('two tabs that write at once lose nothing', async () => {
  const first = await member('Ada')
  const second = await newTab(first.context())
  const written: string[] = []
  for (let round = 0; round < 5; round++) {
    const both = [
      [first, `left ${round}`],
      [second, `right ${round}`],
    ] as const
    for (const [tab, note] of both) await tab.getByLabel('A note').fill(note)
    await Promise.all(
      both.map(async ([tab, note]) => {
        await tab.getByRole('button', { name: 'Add' }).click()
        await tab.locator('.notes').getByText(note, { exact: true }).waitFor()
        written.push(note)
      }),
    )
  }
  await first.reload()
  expect(new Set(await notes(first))).toEqual(new Set(written))
  expect(await notes(first)).toHaveLength(10)
})

test('of two tabs that ask for the notice at once, one is told', async () => {
  const first = await member('Ada')
  const second = await newTab(first.context())
  for (let round = 0; round < 3; round++) {
    // The redirect is not followed, so that the notice waits.
    const { csrf } = await first.evaluate<{ csrf: string }>(
      `({ csrf: document.querySelector('form[action="/notes"] [name=csrf]').value })`,
    )
    const answer = await first.request.post('/notes', { form: { csrf, note: `note ${round}` }, maxRedirects: 0 })
    expect(answer.status()).toBe(303)
    await Promise.all([first.goto('/'), second.goto('/')])
    const told = await Promise.all([first, second].map((tab) => tab.getByText('Noted.').count()))
    expect(told[0]! + told[1]!).toBe(1)
  }
})

test('who logs out in one tab is logged out in the other, whatever that one does next', async () => {
  const first = await member('Ada')
  const reading = await newTab(first.context(), '/')
  const writing = await newTab(first.context(), '/')
  await first.getByRole('button', { name: 'Log out' }).click()
  await first.getByRole('status').getByText('You are logged out.').waitFor()

  await reading.getByRole('link', { name: 'Devices' }).click()
  await reading.getByRole('heading', { name: 'Log in' }).waitFor()

  await writing.getByLabel('A note').fill('too late')
  await writing.getByRole('button', { name: 'Add' }).click()
  await writing.getByRole('heading', { name: 'You are not logged in' }).waitFor()
  await writing.goBack()
  await writing.reload()
  await writing.getByText('One account, many devices').waitFor()
  expect(problems.splice(0)).toEqual([expect.stringContaining('403')]) // browsers log a page's status

  await enter(first, '/login', 'Ada')
  await first.getByText('Welcome back, Ada.').waitFor()
  expect(await notes(first)).toEqual([])
})

test('after a log-out the button Back shows nothing of the account', async () => {
  const tab = await member('Ada')
  await tab.getByRole('link', { name: 'Devices' }).click()
  await tab.getByRole('heading', { name: 'Devices' }).waitFor()
  await tab.getByRole('button', { name: 'Log out' }).first().click()
  await tab.getByText('You are logged out.').waitFor()
  await tab.goBack()
  await tab.getByRole('heading', { name: 'Log in' }).waitFor()
})

test('logging out everywhere, on the phone, logs out the laptop', async () => {
  const laptop = await member('Ada')
  const phone = await newTab(
    await newBrowser({
      viewport: { width: 390, height: 844 },
      userAgent: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36', // prettier-ignore
    }),
  )
  await enter(phone, '/login', 'Ada')
  await phone.getByRole('link', { name: 'Devices' }).click()
  await phone.getByRole('heading', { name: 'Chrome on Linux' }).waitFor()
  expect(await phone.locator('.devices h2').allInnerTexts()).toEqual([
    expect.stringMatching(/^Chrome on Android\s+this one$/),
    'Chrome on Linux',
  ])
  await phone.getByRole('button', { name: 'Log out everywhere' }).click()
  await phone.getByText('You are logged out everywhere: 2 devices.').waitFor()
  await laptop.reload()
  await laptop.getByText('One account, many devices').waitFor()
})

test('a device can be ended from another', async () => {
  const laptop = await member('Ada')
  const phone = await newTab(await newBrowser())
  await enter(phone, '/login', 'Ada')
  await phone.getByText('Welcome back').waitFor()
  await laptop.goto('/devices')
  await laptop.getByRole('button', { name: 'End' }).click()
  await laptop.getByText('Logged out: Chrome on Linux.').waitFor()
  expect(await laptop.locator('.devices li').count()).toBe(1)
  await phone.goto('/devices')
  await phone.getByRole('heading', { name: 'Log in' }).waitFor()
})

test('the token that the browser had before the log-in lets nobody in', async () => {
  await member('Ada')
  const tab = await newTab(await newBrowser(), '/login')
  const before = await cookies(tab)
  const thief = await newBrowser()
  await thief.addCookies(before)
  await enter(tab, '/login', 'Ada')
  await tab.getByText('Welcome back').waitFor()
  expect((await cookies(tab))[0]!.value).not.toBe(before[0]!.value)
  const stolen = await newTab(thief, '/devices')
  await stolen.getByRole('heading', { name: 'Log in' }).waitFor()
})

test('a form of another site comes without the cookie, does nothing, and does not log the visitor out', async () => {
  const tab = await member('Ada')
  const before = await cookies(tab)
  const port = await elsewhere(
    `<form method="post" action="${home}/logout-everywhere"><button>Win a prize</button></form>`,
  )
  await tab.goto(`https://127.0.0.1:${port}/`)
  const sent = tab.waitForRequest(`${home}/logout-everywhere`)
  await tab.getByRole('button', { name: 'Win a prize' }).click()
  expect((await (await sent).allHeaders())['cookie']).toBeUndefined()
  await tab.getByText('Nothing was done.').waitFor()
  expect(problems.splice(0)).toEqual([expect.stringContaining('403')])
  expect(await tab.context().cookies(home)).toEqual(before)
  await tab.goto(`${home}/devices`)
  await tab.getByRole('heading', { name: 'Devices' }).waitFor()
})

test('a link on another site finds the visitor logged in, a picture does not send the cookie', async () => {
  const tab = await member('Ada')
  const port = await elsewhere(
    `<a href="${home}/">a link</a><img src="${home}/icon.svg" alt=""><iframe src="${home}/"></iframe>`,
  )
  const picture = tab.waitForRequest(`${home}/icon.svg`)
  await tab.goto(`https://127.0.0.1:${port}/`)
  expect((await (await picture).allHeaders())['cookie']).toBeUndefined()
  await tab.getByRole('link', { name: 'a link' }).click()
  await tab.getByRole('heading', { name: 'Ada' }).waitFor()
  // The frame was refused, as the policy says.
  expect(problems.splice(0).join()).toContain('frame-ancestors')
})

test('another origin of the same site sends the cookie: there the token of the form is what holds', async () => {
  const tab = await member('Ada')
  const port = await elsewhere(
    `<form method="post" action="${home}/logout-everywhere"><button>Win a prize</button></form>`,
  )
  await tab.goto(`https://localhost:${port}/`)
  const sent = tab.waitForRequest(`${home}/logout-everywhere`)
  await tab.getByRole('button', { name: 'Win a prize' }).click()
  expect((await (await sent).allHeaders())['cookie']).toMatch(/^__Host-id=/)
  await tab.getByRole('heading', { name: 'That page was too old' }).waitFor()
  expect(problems.splice(0)).toEqual([expect.stringContaining('403')])
  await tab.goto(`${home}/devices`)
  await tab.getByRole('heading', { name: 'Devices' }).waitFor()
})

test('markup in a name and in a note is text', async () => {
  const name = '<img src=x onerror="f()">'
  const tab = await member(name)
  await tab.getByLabel('A note').fill('<script>document.title = 2</script>')
  await tab.getByRole('button', { name: 'Add' }).click()
  await tab.getByText('Noted.').waitFor()
  expect(await notes(tab)).toEqual(['<script>document.title = 2</script>'])
  expect(await tab.getByRole('heading', { level: 1 }).textContent()).toBe(name)
  expect(await tab.locator('main img, main script').count()).toBe(0)
  expect(await tab.title()).toContain('<img src=x')
})

test.each([
  [{ width: 360, height: 740 }, 'light'],
  [{ width: 1280, height: 800 }, 'dark'],
] as const)('fits %j in %s, whatever is written', async (viewport, colorScheme) => {
  const name = 'W'.repeat(40)
  const tab = await member(name, { viewport, colorScheme, userAgent: 'M'.repeat(100) })
  await tab.getByLabel('A note').fill('N'.repeat(200))
  await tab.getByRole('button', { name: 'Add' }).click()
  await tab.getByText('Noted.').waitFor()
  const visitor = await newTab(await newBrowser({ viewport, colorScheme }))
  for (const [shown, path] of [
    [tab, '/'],
    [tab, '/devices'],
    [visitor, '/'],
    [visitor, '/login'],
    [visitor, '/signup'],
  ] as const) {
    await shown.goto(path)
    const width = await shown.evaluate<number>('document.documentElement.scrollWidth')
    expect([path, width]).toEqual([path, viewport.width])
  }
  const colour = await tab.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  expect(Number(/\d+/.exec(colour)![0]) < 128).toBe(colorScheme === 'dark')
})
