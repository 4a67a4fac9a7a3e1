// A site in Debian's Chromium: many assets, going back, a film that is searched in, and the page that lists a directory.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { chromium } from 'playwright-core'
import { mount, reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { command } from './fixtures/command.ts'
import { recorded } from './fixtures/recorded.ts'
import { serveStatic } from './serve-static.ts'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Exchanged } from './fixtures/recorded.ts'
import type { Server } from '@fsgi/server-node'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --autoplay-policy=no-user-gesture-required' // prettier-ignore

let browser: Browser
let root: string
let server: Server
const exchanges: Exchanged[] = []
const problems: string[] = []

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') })
  root = await mkdtemp(join(tmpdir(), 'fsgi-browser-'))
  await makeSite()
  const files = serveStatic(root, {
    fallback: '/app.html',
    precompressed: true,
    immutable: /^\/hashed\//,
    listing: true,
  })
  const app = mount({ '/': files(() => reply('Not Found', { status: 404 })) })
  server = await serve(recorded(app, exchanges), { port: 0, report: (error) => problems.push(String(error)) })
})
afterEach(() => {
  exchanges.splice(0)
  expect(problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await server?.close({ limit: 0 })
  await rm(root, { recursive: true })
})

async function makeSite(): Promise<void> {
  for (const folder of ['assets', 'hashed', 'files/old versions']) await mkdir(join(root, folder), { recursive: true })
  const many = Array.from({ length: 60 }, (_, i) => i)
  await writeFile(join(root, 'favicon.ico'), '') // browsers ask for it beside pages that name no icon
  const script = 'window.loaded = (window.loaded ?? 0) + 1'
  await writeFile(join(root, 'hashed/x-3f9ac1d2.js'), script)
  for (const i of many) await writeFile(join(root, `assets/${i}.js`), script)
  const filler = ` // ${'some filler '.repeat(500)}`
  await writeFile(join(root, 'assets/0.js'), script + filler)
  await writeFile(join(root, 'assets/0.js.br'), brotliCompressSync(script + filler))
  await writeFile(join(root, 'assets/site.css'), 'body { color: rgb(0, 128, 128) }')
  const tags = many.map((i) => `<script src="/assets/${i}.js"></script>`).join('')
  const head = `<!doctype html><title>Site</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/assets/site.css">`
  await writeFile(
    join(root, 'index.html'),
    `${head}${tags}<script src="/hashed/x-3f9ac1d2.js"></script><a href="/second.html">second</a>`,
  )
  await writeFile(join(root, 'second.html'), `${head}<h1>Second</h1>`)
  await writeFile(join(root, 'app.html'), `${head}<h1>App</h1>`)
  await writeFile(join(root, 'watch.html'), `${head}<video src="/film.webm" preload="metadata" muted></video>`)
  const source = ['-f', 'lavfi', '-i', 'testsrc=duration=20:size=320x180:rate=5,noise=alls=60:allf=t']
  await command('ffmpeg', [
    '-v',
    'error',
    '-y',
    ...source,
    '-c:v',
    'libvpx',
    '-b:v',
    '4M',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    join(root, 'film.webm'),
  ])
  for (const name of [
    'README.md',
    'notes 2.txt',
    'notes 10.txt',
    '<b>bold? & more.html',
    'Übersicht.pdf',
    `${'a long name '.repeat(9)}.txt`,
  ]) {
    await writeFile(join(root, 'files', name), name.repeat(400))
  }
}

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: `http://localhost:${server.port}`, ...options })
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
  await page.goto(path)
  return page
}

test('a page with many assets loads, and is revalidated when it is reloaded: all 304 but what is immutable', async () => {
  const page = await open('/')
  expect(await page.evaluate('window.loaded')).toBe(61)
  expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(0, 128, 128)')
  expect(exchanges.length).toBe(63)
  expect(exchanges.every(({ status }) => status === 200)).toBe(true)
  exchanges.splice(0)
  await page.reload()
  expect(await page.evaluate('window.loaded')).toBe(61)
  expect([exchanges.length, new Set(exchanges.map(({ status }) => status))]).toEqual([62, new Set([304])])
  exchanges.splice(0)
  await page.getByRole('link', { name: 'second' }).click()
  await page.getByRole('heading', { name: 'Second' }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: 'second' }).waitFor()
  expect(await page.evaluate('window.loaded')).toBe(61)
  expect(exchanges.filter(({ status, path }) => status !== 304 && path !== '/second.html')).toEqual([])
  await page.context().close()
})

test('the compressed variant is what a browser runs', async () => {
  const page = await open('/second.html')
  const seen = await page.evaluate(
    `fetch('/assets/0.js').then(async (r) => [r.status, r.headers.get('content-encoding'), (await r.text()).length])`,
  )
  expect(seen).toEqual([200, 'br', 6044])
  await page.context().close()
})

test('a page that only the script knows is the app; data that is not there is not', async () => {
  const page = await open('/users/7')
  expect(await page.getByRole('heading').innerText()).toBe('App')
  const status = await page.evaluate(`fetch('/users/7').then((response) => response.status)`)
  expect(status).toBe(404)
  expect(problems.splice(0).every((problem) => problem.includes('404'))).toBe(true)
  await page.context().close()
})

test('a film can be searched in: parts are asked for, and played', async () => {
  const page = await open('/watch.html')
  const at = await page.evaluate(`new Promise((resolve, reject) => {
    const video = document.querySelector('video')
    video.onerror = () => reject(new Error(video.error.message))
    const seek = () => { video.onseeked = () => resolve([video.duration, video.currentTime, video.videoWidth]); video.currentTime = 15 }
    if (video.readyState > 0) seek()
    else video.onloadedmetadata = seek
  })`)
  expect(at).toEqual([20, 15, 320])
  const parts = exchanges.filter(({ path }) => path === '/film.webm')
  expect(parts.every(({ status }) => status === 206)).toBe(true)
  expect(parts.some(({ range }) => Number(/^bytes=(\d+)-/.exec(range!)![1]) > 0)).toBe(true)
  await page.context().close()
})

test.for([
  ['a desk', 1280, 'light'],
  ['a desk', 1280, 'dark'],
  ['a phone', 360, 'light'],
  ['a phone', 360, 'dark'],
] as const)(
  'the listing on %s (%i px), %s: nothing is wider than the screen, and links work',
  async ([, width, colorScheme]) => {
    const page = await open('/files/', { viewport: { width, height: 800 }, colorScheme, javaScriptEnabled: false })
    expect(await page.title()).toBe('/files/')
    for (const part of await page.locator('h1, table, tr, td:visible, p').all()) {
      const box = (await part.boundingBox())!
      expect(box.x + box.width).toBeLessThanOrEqual(width)
    }
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(paper).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 26)' : 'rgb(255, 255, 255)')
    if (process.env['SCREENSHOTS'])
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], `${width}-${colorScheme}.png`) })
    await page.getByRole('link', { name: '<b>bold? & more.html' }).click()
    await page.getByText('bold?').first().waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'old versions/' }).click()
    await page.getByText('This directory is empty.').waitFor()
    await page.getByRole('link', { name: 'files', exact: true }).click()
    await page.getByRole('link', { name: 'README.md' }).waitFor()
    await page.getByRole('link', { name: 'Root' }).click()
    await page.getByRole('link', { name: 'second' }).waitFor()
    await page.context().close()
  },
)
