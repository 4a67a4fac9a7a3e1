/// <reference lib="dom" />
import { createServer } from 'node:http'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
let browser: Browser

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(() => browser?.close())

test("a page of another site gets nothing out of the server's own addresses, by whatever means it asks", async (t) => {
  const project = makeProject(t, { 'app.ts': `export default () => { throw new Error('a secret of the code') }\n` })
  const server = await startCommand(project)
  const evil = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>evil'))
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve))
  const context = await browser.newContext()
  t.onTestFinished(async () => {
    await context.close()
    evil.close()
  })
  const page = await context.newPage()
  const statuses = new Map<string, number>()
  page.on('response', (response) => statuses.set(new URL(response.url()).pathname, response.status()))
  // another site to the browser, though it is the same machine
  await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`)

  const seen = await page.evaluate(async (url) => {
    const ended = (element: HTMLElement): Promise<string> =>
      new Promise((resolve) => {
        element.addEventListener('load', () => resolve('loaded'))
        element.addEventListener('error', () => resolve('refused'))
        document.body.append(element)
      })
    const asked = (path: string, init: RequestInit): Promise<string> =>
      fetch(url + path, init).then(
        async (response) => `${response.type} ${await response.text()}`,
        () => 'refused',
      )
    const element = (tag: string, more: object): HTMLElement => Object.assign(document.createElement(tag), more)
    const framed = async (path: string): Promise<string> => {
      const frame = element('iframe', { src: url + path }) as HTMLIFrameElement
      await ended(frame)
      return frame.contentDocument === null ? 'unreadable' : 'readable'
    }
    const streamed = (path: string): Promise<string> =>
      new Promise((resolve) => {
        const source = new EventSource(url + path)
        source.addEventListener('open', () => resolve('open'))
        source.addEventListener('error', () => resolve('refused'))
      })
    return {
      read: await asked('/__fsgi/', {}),
      readOpaque: await asked('/__fsgi/ui/inspector.js', { mode: 'no-cors' }),
      posted: await asked('/__fsgi/api/open', { method: 'POST', mode: 'no-cors', body: '{"file":"app.ts"}' }),
      withToken: await asked('/__fsgi/api/last', { method: 'POST', headers: { 'x-fsgi-token': 'x' } }),
      script: await ended(element('script', { src: `${url}/__fsgi/live.js` })),
      module: await ended(element('script', { src: `${url}/__fsgi/live.js?m`, type: 'module' })),
      frame: await framed('/__fsgi/?frame'),
      errorPage: await framed('/broken'),
      stream: await streamed('/__fsgi/changes'),
    }
  }, server.url)
  expect(seen).toEqual({
    read: 'refused',
    readOpaque: 'refused',
    posted: 'refused',
    withToken: 'refused',
    script: 'refused',
    module: 'refused',
    frame: 'unreadable',
    errorPage: 'unreadable',
    stream: 'refused',
  })
  expect([...statuses].filter(([path, status]) => path.startsWith('/__fsgi/') && status < 400)).toEqual([])

  await page.evaluate((url) => {
    const link = Object.assign(document.createElement('a'), { href: `${url}/__fsgi/`, textContent: 'follow' })
    document.body.replaceChildren(link)
  }, server.url)
  const [response] = await Promise.all([
    page.waitForResponse(`${server.url}/__fsgi/`),
    page.getByText('follow').click(),
  ])
  expect(response.status()).toBe(200) // a person has followed a link
})
