/// <reference lib="dom" />
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'
import { until } from '../fixtures/until.ts'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import type { Project, TestHook } from '../fixtures/project.ts'
import type { Running } from '../fixtures/command.ts'

const CHROMIUM = '/usr/bin/chromium'
let browser: Browser

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(() => browser?.close())

interface Opened {
  readonly page: Page
  readonly server: Running
  readonly project: Project
  /** What the browser's console has complained about. */
  readonly problems: readonly string[]
  /** How often the page has been loaded. */
  loads(): number
}

async function open(t: { onTestFinished: TestHook }, files: Record<string, string>, args?: string[]): Promise<Opened> {
  const project = makeProject(t, files)
  const server = await startCommand(project, args)
  const page = await browser.newPage()
  t.onTestFinished(() => page.close())
  const problems: string[] = []
  let loads = 0
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('load', () => loads++)
  await page.goto(server.url)
  return { page, server, project, problems, loads: () => loads }
}

/** Whether the page listens to changes. */
async function connected(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/__fsgi/live.js')),
  )
}

const html = (text: string, fields = ''): string =>
  `export default () => new Response('<!doctype html><title>t</title><body><p>${text}</p><div style="height:5000px"></div>', { headers: { 'content-type': 'text/html;charset=UTF-8'${fields} } })\n`

/** Serves pages and files of public/. */
const SITE = `
import { readFile } from 'node:fs/promises'
const types = { css: 'text/css', svg: 'image/svg+xml', html: 'text/html', js: 'text/javascript' }
export default async ({ url }) => {
  const path = new URL(url).pathname
  const name = path === '/' ? '/index.html' : path
  try {
    const bytes = await readFile(new URL('./public' + name, import.meta.url))
    return new Response(bytes, { headers: { 'content-type': types[name.split('.').pop()] ?? 'text/plain', 'cache-control': 'max-age=600' } })
  } catch {
    return new Response('Not found', { status: 404 })
  }
}
`

test('a save reloads the page and keeps the scroll position; a broken one shows the error, the next one heals it', async (t) => {
  const { page, project, problems } = await open(t, { 'app.ts': html('one') })
  await connected(page)
  await page.evaluate(() => scrollTo(0, 1234))
  project.write('app.ts', html('two'))
  await page.getByText('two').waitFor()
  await page.waitForFunction(() => scrollY === 1234)
  expect(problems).toEqual([])
  project.write('app.ts', 'export default = 1\n')
  await page.getByRole('heading', { name: 'Unexpected "="' }).waitFor()
  project.write('app.ts', html('three'))
  await page.getByText('three').waitFor()
})

test('a stylesheet is swapped without a reload, also one that another imports; a picture in use reloads, others do not', async (t) => {
  const { page, project, loads, problems } = await open(t, {
    'app.ts': SITE,
    'public/index.html': `<!doctype html><title>t</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/css/main.css?v=1"><link rel="stylesheet" href="/css/more.css"><p>text</p><img src="/logo.svg">`,
    'public/css/main.css': '@import "inner.css";\np { color: rgb(1, 1, 1) }',
    'public/css/inner.css': 'p { margin-left: 1px }',
    'public/css/more.css': 'p { padding-left: 1px }',
    'public/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>',
    'public/other.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  })
  await connected(page)
  await page.evaluate(() => Object.assign(globalThis, { kept: 'yes' }))
  const style = (name: string): Promise<string> =>
    page.evaluate((name) => getComputedStyle(document.querySelector('p')!).getPropertyValue(name), name)
  const becomes = (name: string, value: string): Promise<void> =>
    until(
      async () => (await style(name)) === value,
      () => `${name}: ${value}`,
    )
  expect(await style('color')).toBe('rgb(1, 1, 1)')
  project.write('public/css/main.css', '@import "inner.css";\np { color: rgb(2, 2, 2) }')
  await becomes('color', 'rgb(2, 2, 2)')
  project.write('public/css/main.css', '@import "inner.css";\np { color: rgb(3, 3, 3) }')
  project.write('public/css/more.css', 'p { padding-left: 2px }')
  await becomes('color', 'rgb(3, 3, 3)')
  await becomes('padding-left', '2px')
  await until(async () => (await page.locator('link[rel=stylesheet]').count()) === 2)
  expect(await page.locator('link').first().getAttribute('href')).toBe('data:,')
  project.write('public/other.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="5"/>')
  project.write('public/css/more.css', 'p { padding-left: 3px }')
  await becomes('padding-left', '3px')
  expect(await page.evaluate(() => (globalThis as { kept?: string }).kept)).toBe('yes')
  expect(loads()).toBe(1)
  project.write('public/css/inner.css', 'p { margin-left: 2px }')
  await until(() => loads() === 2)
  project.write('public/logo.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>')
  await until(() => loads() === 3)
  project.write('public/index.html', '<!doctype html><link rel="icon" href="data:,"><p>another page')
  await page.getByText('another page').waitFor()
  expect(problems).toEqual([])
})

test('strict policies: with a nonce it works; where nothing is let in the page stays as it is, and the terminal says why, once', async (t) => {
  const nonce = `, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-abc' 'strict-dynamic'; connect-src 'self'"`
  const { page, project, server, problems } = await open(t, { 'app.ts': html('one', nonce) })
  await connected(page)
  project.write('app.ts', html('two', nonce))
  await page.getByText('two').waitFor()
  const none = `, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'"`
  project.write('app.ts', html('three', none))
  await page.getByText('three').waitFor()
  await page.reload()
  expect(await page.content()).not.toContain('live.js')
  expect(problems.filter((text) => !text.includes('favicon'))).toEqual([])
  await until(() => server.output().includes('no live reload'), server.output)
  expect(server.output().match(/no live reload: .*connect-src does not have 'self'/g)).toHaveLength(1)
})

test('pages that middleware-gzip compresses reload too, and curl sees the exact bytes', async (t) => {
  const app = (text: string): string =>
    `import { gzip } from '${import.meta.resolve('@fsgi/middleware-gzip')}'\n${html(text).replace('export default', 'const app =')}\nexport default gzip({ threshold: 0 })(app)\n`
  const { page, project, server, problems } = await open(t, { 'app.ts': app('one') })
  await connected(page)
  const response = await page.goto(server.url)
  expect(response!.headers()['content-encoding']).toMatch(/gzip|br|zstd/)
  project.write('app.ts', app('two'))
  await page.getByText('two').waitFor()
  expect(await (await fetch(server.url)).text()).toMatch(/5000px"><\/div>$/)
  expect(await page.evaluate(async () => (await fetch('/', { headers: { accept: 'text/html' } })).text())).toMatch(
    /5000px"><\/div>$/,
  )
  expect(problems).toEqual([])
})

test('when the server is started anew the page reloads by itself', async (t) => {
  const { page, project, server } = await open(t, { 'app.ts': html('one') })
  await connected(page)
  server.kill('SIGTERM')
  await server.ended
  project.write('app.ts', html('two'))
  await startCommand(project, ['app.ts', '--port', String(server.port)])
  await page.getByText('two').waitFor()
})

/** The server's address by a way on which each answer takes so many milliseconds. */
async function slowly(t: { onTestFinished: TestHook }, port: number, delay: number): Promise<string> {
  const way = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    client.pipe(server)
    server.on('data', (chunk) => setTimeout(() => client.write(chunk), delay))
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
  })
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve))
  t.onTestFinished(() => void way.close())
  return `http://127.0.0.1:${(way.address() as AddressInfo).port}`
}

test('a page that slow old code has answered after the save is loaded again, however slow the way', async (t) => {
  const wait =
    "async () => { console.log('asked ' + process.pid); await new Promise((resolve) => process.once('SIGUSR2', resolve)); return"
  const project = makeProject(t, { 'app.ts': html('old').replace('() =>', wait).replace(/$/, '}') })
  const server = await startCommand(project)
  const page = await browser.newPage()
  t.onTestFinished(() => page.close())
  let navigations = 0
  page.on('request', (request) => request.isNavigationRequest() && navigations++)
  const loading = page.goto(await slowly(t, server.port, 500))
  const asked = (): RegExpExecArray | null => /asked (\d+)/.exec(server.output())
  await until(() => asked() !== null, server.output)
  project.write('app.ts', html('new'))
  await until(async () => (await (await fetch(server.url)).text()).includes('new'))
  process.kill(Number(asked()![1]), 'SIGUSR2')
  await loading
  await page.getByText('new').waitFor()
  expect(navigations).toBe(2)
})

test('a page that its cache keeps is loaded again once, not for ever, also if it stays the same', async (t) => {
  const app = (version: number): string =>
    `// ${version}
export default ({ headers }) => {
  const fields = { etag: '"1"', 'cache-control': 'no-cache', 'content-type': 'text/html;charset=UTF-8' }
  return headers.get('if-none-match') === '"1"'
    ? new Response(null, { status: 304, headers: fields })
    : new Response('<!doctype html><link rel="icon" href="data:,"><p>same', { headers: fields })
}
`
  const { page, project, loads } = await open(t, { 'app.ts': app(1) })
  for (const version of [2, 3]) {
    await connected(page)
    const again = page.waitForResponse((response) => new URL(response.url()).pathname === '/__fsgi/changes')
    project.write('app.ts', app(version))
    await again
    await until(() => loads() >= version)
    expect(loads()).toBe(version)
  }
  expect(await page.evaluate(async () => (await fetch('/')).status)).toBe(200)
  expect(loads()).toBe(3)
})

test('who cancels fsgi:reload keeps the page; a page in the background has no connection and catches up when it is seen', async (t) => {
  const { page, project, loads, server } = await open(t, { 'app.ts': html('one') })
  await connected(page)
  await page.evaluate(() =>
    addEventListener('fsgi:reload', (event) => {
      event.preventDefault()
      document.title = 'kept'
    }),
  )
  project.write('app.ts', html('two'))
  await page.waitForFunction(() => document.title === 'kept')
  expect(loads()).toBe(1)

  await page.goto(server.url)
  await page.getByText('two').waitFor()
  await connected(page)
  const see = (hidden: boolean): Promise<void> =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await see(true)
  project.write('app.ts', html('three'))
  await until(async () => (await (await fetch(server.url)).text()).includes('three'))
  expect(await page.getByText('two').count()).toBe(1)
  await see(false)
  await page.getByText('three').waitFor()
})

test('--no-live: nothing is appended', async (t) => {
  const { page } = await open(t, { 'app.ts': html('one') }, ['app.ts', '--no-live'])
  expect(await page.content()).not.toContain('__fsgi')
})
