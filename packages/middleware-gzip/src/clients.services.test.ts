// What real clients make of what is sent: curl and Chromium of Debian.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { curl } from './fixtures/curl.ts'
import { gunzip, gzip } from './index.ts'
import { streamOf, text } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'
import type { Browser, Page } from 'playwright-core'
import type { Coding } from './coding.ts'

const run = promisify(execFile)
const CHROMIUM = '/usr/bin/chromium'
const CONTENT = text(200_000)

/** `/known`, `/stream`, `/plain` and `/events`, coded as the query says: `?br` and so on, or `?pad`. */
const app: App = (request, context) => {
  const { pathname, search } = new URL(request.url)
  const asked = search.slice(1)
  const headers = { 'content-type': 'text/plain;charset=utf-8' }
  const pages: Record<string, App> = {
    '/known': () => reply(CONTENT, { headers }),
    '/plain': () => new Response(CONTENT, { headers }),
    '/stream': () => new Response(streamOf(CONTENT.slice(0, 50_000), CONTENT.slice(50_000)), { headers }),
    '/events': () =>
      new Response(streamOf('data: one\n\n', 'data: two\n\n'), { headers: { 'content-type': 'text/event-stream' } }),
  }
  const page: App =
    pages[pathname] ?? (() => reply('<title>a page</title>', { headers: { 'content-type': 'text/html' } }))
  const middleware = asked === 'pad' ? gzip({ pad: 1000 }) : gzip(asked === '' ? {} : { codings: [asked as Coding] })
  return middleware(page)(request, context)
}

let server: Awaited<ReturnType<typeof serve>>
beforeAll(async () => {
  server = await serve(app, { port: 0 })
})
afterAll(() => server?.close({ limit: 0 }))

const PATHS = ['/known', '/plain', '/stream']

describe('curl', () => {
  test.each(['gzip', 'deflate', 'br', 'pad'])('--compressed decodes %s', async (asked) => {
    for (const path of PATHS) {
      const { field, content } = await curl(`${server.url}${path}?${asked}`, undefined)
      expect([field('content-encoding'), content === CONTENT]).toEqual([asked === 'pad' ? 'gzip' : asked, true])
    }
  })

  test('uploads what gzip has made', async () => {
    const receiving = await serve(
      gunzip({ maxRatio: 1000 })(async (request) => reply(String((await request.text()) === CONTENT))),
      { port: 0 },
    )
    try {
      const script = `head -c 200000 | gzip -9 | curl -sS --data-binary @- -H 'Content-Encoding: gzip' -H 'Content-Type: text/plain' ${receiving.url}`
      const child = run('sh', ['-c', script])
      child.child.stdin!.end(CONTENT)
      expect((await child).stdout).toBe('true')
    } finally {
      await receiving.close({ limit: 0 })
    }
  })
})

describe('Chromium', () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
    page = await browser.newPage()
    await page.goto(server.url)
  })
  afterAll(() => browser?.close())

  const codings = ['gzip', 'deflate', 'br', 'pad']
  test.each(codings)('decodes %s', async (asked) => {
    for (const path of PATHS) {
      const [coding, same] = await page.evaluate(
        async ([url, content]) => {
          const response = await fetch(url!)
          return [response.headers.get('content-encoding'), (await response.text()) === content]
        },
        [`${path}?${asked}`, CONTENT],
      )
      expect([coding, same]).toEqual([asked === 'pad' ? 'gzip' : asked, true])
    }
  })

  test('has each event of an event stream', async () => {
    const events = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const seen: string[] = []
          const source = new EventSource('/events')
          source.addEventListener('message', ({ data }) => {
            if (seen.push(data) < 2) return
            source.close()
            resolve(seen)
          })
        }),
    )
    expect(events).toEqual(['one', 'two'])
  })
})
