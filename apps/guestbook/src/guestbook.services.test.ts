// The guestbook as a visitor sees it: Debian's Chromium, the command `fsgi-dev` and the packages as they are published, a real
// database file.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { layOutPackages } from '../../../scripts/published/lay-out-packages.ts'
import manifest from '../package.json' with { type: 'json' }
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync' // prettier-ignore
const app = dirname(dirname(fileURLToPath(import.meta.url)))

let browser: Browser
/** Has the packages, and a folder for each test. */
let home: string
let folder: string
let server: Awaited<ReturnType<typeof develop>>
const open: BrowserContext[] = []
const problems: string[] = []

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') })
  home = await realpath(await mkdtemp(join(tmpdir(), 'guestbook-')))
  const modules = join(home, 'node_modules')
  const names = Object.keys(manifest.dependencies)
  layOutPackages(
    names.filter((name) => name.startsWith('@fsgi/')),
    modules,
  )
  for (const name of names) if (!name.startsWith('@fsgi/')) await linked(name, modules)
})
afterAll(async () => {
  await browser?.close()
  await rm(home, { recursive: true })
})

async function linked(name: string, modules: string): Promise<void> {
  await rm(join(modules, name), { force: true }) // one of our packages may have it as well
  await symlink(join(app, 'node_modules', name), join(modules, name), 'dir')
}

beforeEach(async () => {
  folder = await mkdtemp(join(home, 'app-')) // one test edits it
  for (const part of ['src', 'public', 'package.json']) {
    await cp(join(app, part), join(folder, part), { recursive: true })
  }
  server = await develop(folder)
})
afterEach(async () => {
  for (const context of open.splice(0)) await context.close()
  await server?.stop()
  await rm(folder, { recursive: true })
  expect(problems.splice(0)).toEqual([])
})

/** `fsgi-dev src/app.ts --port 0` in a folder, once it is ready. */
async function develop(cwd: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(
    process.execPath,
    [join(home, 'node_modules/@fsgi/server-dev/bin/fsgi-dev.js'), 'src/app.ts', '--port', '0'],
    {
      cwd,
      env: { ...process.env, NODE_ENV: 'development', GUESTBOOK_DB: join(cwd, 'book.sqlite') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = once(child, 'close')
  let output = ''
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      const found = /^http:\/\/localhost:\d+$/m.exec(output)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    void ended.then(() => reject(new Error(`fsgi-dev ended:\n${output}`)))
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await ended
  }
  return { url: await url, stop }
}

/** A visitor with a browser of their own. What a browser complains of fails the test. */
async function visitor(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, ...options })
  open.push(context)
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) problems.push(`a request to ${request.url()}`)
  })
  await page.goto('/')
  return page
}

async function sign(page: Page, name: string, text: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Sign' }).click()
}

const entries = (page: Page): Promise<string[]> => page.locator('#messages .text').allTextContents()

test('a visitor signs, sees it, and still sees it after a reload and after a restart', async () => {
  const page = await visitor()
  await page.getByText('Be the first to sign').waitFor()
  await sign(page, 'Ada', 'one')
  await page.getByRole('status').getByText('Thank you, Ada.').waitFor()
  expect(await entries(page)).toEqual(['one'])
  await sign(page, 'Ada', 'two')
  await page.locator('#messages li').nth(1).waitFor()
  expect(await entries(page)).toEqual(['two', 'one'])
  await page.reload()
  expect(await entries(page)).toEqual(['two', 'one'])
  expect(await page.getByLabel('Name').inputValue()).toBe('Ada')
  expect(await page.locator('time').first().textContent()).toBe('just now')

  await page.context().close() // else it complains that the server is away
  await server.stop()
  server = await develop(folder)
  expect(await entries(await visitor())).toEqual(['two', 'one'])
})

test('the visits of a browser are counted', async () => {
  const page = await visitor()
  await page.getByText('this is your first visit').waitFor()
  await page.reload()
  await page.getByText('this is your 2nd visit').waitFor()
  await (await visitor()).getByText('this is your first visit').waitFor()
})

test('what a visitor writes never becomes markup', async () => {
  const page = await visitor()
  const nasty = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>&amp;'
  await sign(page, '<b>Eve</b>', nasty)
  await page.getByRole('status').getByText('Thank you, <b>Eve</b>.').waitFor()
  expect(await entries(page)).toEqual([nasty])
  await page.reload()
  expect(await entries(page)).toEqual([nasty])
  expect(await page.locator('#messages strong').allTextContents()).toEqual(['<b>Eve</b>'])
  expect(await page.title()).toBe('Guestbook')
})

test('what is wrong is said beside the field, which gets the focus', async () => {
  const page = await visitor()
  await page.getByLabel('Message').fill('hello')
  await page.getByRole('button', { name: 'Sign' }).click()
  await page.getByText('Please write a name.').waitFor()
  expect(await page.evaluate('document.activeElement.id')).toBe('name')
  expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByLabel('Message').inputValue()).toBe('hello')
  await sign(page, 'Ada', 'hello')
  await page.getByRole('status').getByText('Thank you, Ada.').waitFor()
  expect(await page.getByLabel('Name').getAttribute('aria-invalid')).toBe('false')
  // the browser logs every 400 that a script is given
  expect(problems.splice(0)).toEqual([expect.stringContaining('400 (Bad Request)')])
})

test('characters are counted while they are typed', async () => {
  const page = await visitor()
  await page.getByText('1000 left').waitFor()
  await page.getByLabel('Message').pressSequentially('hello')
  await page.getByText('995 left').waitFor()
})

test('earlier entries join the list', async () => {
  await fetch(`${server.url}/api/seed?n=45`)
  const page = await visitor()
  const items = page.locator('#messages li')
  expect(await items.count()).toBe(20)
  await page.getByRole('link', { name: 'Earlier entries' }).click()
  await items.nth(39).waitFor()
  await page.getByRole('link', { name: 'Earlier entries' }).click()
  await items.nth(44).waitFor()
  expect(await page.getByRole('link', { name: 'Earlier entries' }).count()).toBe(0)
  expect(await entries(page)).toHaveLength(45)
  expect(new Set(await entries(page)).size).toBe(45)
})

test('without JavaScript the form works, thanks once, and the pages are links', async () => {
  await fetch(`${server.url}/api/seed?n=25`)
  const page = await visitor({ javaScriptEnabled: false })
  await sign(page, 'Grace', 'no script')
  await page.getByRole('status').getByText('Thank you, Grace. Your message is in the book.').waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  expect((await entries(page))[0]).toBe('no script')
  await page.reload()
  expect(await page.getByRole('status').textContent()).toBe('')
  expect((await entries(page)).filter((text) => text === 'no script')).toHaveLength(1)
  await page.getByRole('link', { name: 'Earlier entries' }).click()
  await page.getByRole('heading', { name: 'Earlier entries' }).waitFor()
  expect(await entries(page)).toHaveLength(6)
})

test.each([
  [{ width: 360, height: 740 }, 'light'],
  [{ width: 1280, height: 800 }, 'dark'],
] as const)('fits %j in %s, whatever is written', async (viewport, colorScheme) => {
  const page = await visitor({ viewport, colorScheme })
  await sign(page, 'N'.repeat(60), 'W'.repeat(1000))
  await page.locator('#messages li').first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width)
  const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  const [red] = /\d+/.exec(colour)!
  expect(Number(red) < 128).toBe(colorScheme === 'dark')
})

test('an edit shows at the next request, and no request fails meanwhile', async () => {
  const page = await visitor()
  await sign(page, 'Ada', 'before the edit')
  await page.getByRole('status').getByText('Thank you').waitFor()

  const answers: { status: number; fresh: boolean }[] = []
  let sending = true
  const send = async (): Promise<void> => {
    while (sending) {
      const response = await fetch(`${server.url}/`)
      answers.push({ status: response.status, fresh: (await response.text()).includes('Put your name down') })
    }
  }
  const senders = [send(), send(), send()]
  const source = join(folder, 'src/page.ts')
  for (const [from, to] of [
    ['Sign the book', 'Put your name down'],
    ['Put your name down', 'Put your name down here'],
  ] as const) {
    const before = answers.length
    await expect.poll(() => answers.length).toBeGreaterThan(before + 5)
    await writeFile(source, (await readFile(source, 'utf8')).replaceAll(from, to))
    await expect.poll(async () => (await (await fetch(`${server.url}/`)).text()).includes(to)).toBe(true)
  }
  sending = false
  await Promise.all(senders) // a request that fails rejects here

  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  const first = answers.findIndex(({ fresh }) => fresh)
  expect(answers.slice(first + senders.length).every(({ fresh }) => fresh)).toBe(true) // never the old code again
  await page.getByRole('heading', { name: 'Put your name down here' }).waitFor() // it has reloaded itself
  expect(await entries(page)).toEqual(['before the edit'])
})
