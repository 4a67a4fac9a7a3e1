import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lint } from '@fsgi/core/lint'
import { startEntry } from '@fsgi/core/server'
import { dispatch } from '@fsgi/core/testing'
import guestbook from './app.ts'
import { openDatabase } from './open-database.ts'
import type { Started } from '@fsgi/core/server'
import type { Message } from './messages.ts'
import type { Reason } from './new-message.ts'

let folder: string
let running: Started
let reported: unknown[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guestbook-'))
  running = await start()
})
afterEach(async () => {
  await running.close()
  await rm(folder, { recursive: true })
  expect(reported).toEqual([])
})

function start(env: Record<string, string> = {}): Promise<Started> {
  reported = []
  return startEntry(guestbook, { env: { GUESTBOOK_DB: join(folder, 'book.sqlite'), NODE_ENV: 'development', ...env } })
}

function send(target: string, init: RequestInit = {}): Promise<Response> {
  const request = new Request(`http://localhost${target}`, init)
  return dispatch(lint(running.app), request, { report: (error) => void reported.push(error) })
}

const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  send('/api/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const postForm = (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  send('/api/messages', { method: 'POST', headers, body: new URLSearchParams(fields) })

const messages = async (query = ''): Promise<Message[]> =>
  (await (await send(`/api/messages${query}`)).json()) as Message[]

const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]!.split(';')[0]!

describe('GET /api/messages', () => {
  test('is an empty array at first', async () => {
    const response = await send('/api/messages')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual([])
  })

  test('has the newest first', async () => {
    for (const text of ['one', 'two', 'three']) await post({ name: 'Ada', text })
    expect((await messages()).map(({ text }) => text)).toEqual(['three', 'two', 'one'])
  })

  test('messages survive a restart', async () => {
    await post({ name: 'Ada', text: 'still here' })
    await running.close()
    running = await start()
    expect(await messages()).toMatchObject([{ name: 'Ada', text: 'still here' }])
  })

  test('has every message however many there are, compressed', async () => {
    await send('/api/seed?n=2000')
    const response = await send('/api/messages', { headers: { 'accept-encoding': 'br' } })
    expect(response.headers.get('content-encoding')).toBe('br')
    const all = JSON.parse(brotliDecompressSync(await response.arrayBuffer()).toString()) as Message[]
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 2000 }, (_, i) => 2000 - i))
  })

  test.each([499, 500, 501, 1000])('has %i of %i messages', async (n) => {
    await send(`/api/seed?n=${n}`)
    expect(await messages()).toHaveLength(n)
  })

  test('`limit` and `before` page through it, and Link names the next page', async () => {
    await send('/api/seed?n=5')
    const seen: number[] = []
    let next: string | undefined = '/api/messages?limit=2'
    while (next !== undefined) {
      const response = await send(next)
      seen.push(...((await response.json()) as Message[]).map(({ id }) => id))
      next = /^<([^>]*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual([5, 4, 3, 2, 1])
    expect((await messages('?before=3')).map(({ id }) => id)).toEqual([2, 1])
  })

  test.each(['limit=0', 'limit=501', 'limit=two', 'limit=-1', 'before=', 'before=1.5', 'before=1e3'])(
    '?%s is refused with the reason',
    async (query) => {
      const response = await send(`/api/messages?${query}`)
      expect(response.status).toBe(400)
      const { reasons } = (await response.json()) as { reasons: Reason[] }
      expect(reasons).toMatchObject([{ path: query.split('=')[0] }])
    },
  )
})

describe('POST /api/messages', () => {
  test('answers 201 and the message', async () => {
    const response = await post({ name: '  Ada\t Lovelace ', text: '\r\nHello,\r\nworld 🎉\u0000\n' })
    expect(response.status).toBe(201)
    const message = await response.json()
    expect(message).toEqual({
      id: 1,
      name: 'Ada Lovelace',
      text: 'Hello,\nworld 🎉',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    })
    expect(await messages()).toEqual([message])
  })

  test.each([
    [{ name: 'Ada' }, [{ path: 'text', message: 'Please write a message.' }]],
    [
      { name: '', text: ' \n\u200b ' },
      [
        { path: 'name', message: 'Please write a name.' },
        { path: 'text', message: 'Please write a message.' },
      ],
    ],
    [
      { name: 7, text: ['x'] },
      [
        { path: 'name', message: 'The name must be a string.' },
        { path: 'text', message: 'The message must be a string.' },
      ],
    ],
    [{ name: 'x'.repeat(61), text: 'y' }, [{ path: 'name', message: 'The name has 61 characters, 60 are allowed.' }]],
    [
      { name: 'x', text: 'y'.repeat(1001) },
      [{ path: 'text', message: 'The message has 1001 characters, 1000 are allowed.' }],
    ],
    [[], [{ path: '', message: 'A message is an object with a name and a text.' }]],
    [null, [{ path: '', message: 'A message is an object with a name and a text.' }]],
  ])('400 with the reasons: %j', async (body, reasons) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'This is not a message.', reasons })
    expect(await messages()).toEqual([])
  })

  test('400 for what is not JSON, and for what is not UTF-8', async () => {
    const response = await post('{"name": "Ada",')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'The body is not JSON.', reasons: [] })
    expect((await post('')).status).toBe(400)
    const headers = { 'content-type': 'application/json' }
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('","text":"x"}')])
    expect((await send('/api/messages', { method: 'POST', headers, body })).status).toBe(400)
  })

  test('longest text is taken, its line breaks as one character each', async () => {
    const text = `${'a\n'.repeat(499)}bc`
    expect((await post({ name: 'x', text })).status).toBe(201)
    expect((await postForm({ name: 'x', text: text.replaceAll('\n', '\r\n') })).status).toBe(303)
    expect((await messages()).map(({ text }) => text)).toEqual([text, text])
  })

  test('64 KiB are read', async () => {
    const body = JSON.stringify({ name: 'Ada', text: 'hello' }).padEnd(64 * 1024)
    expect((await post(body)).status).toBe(201)
  })

  test('413 over 64 KiB that are announced', async () => {
    const response = await post(JSON.stringify({ name: 'Ada', text: 'hello' }).padEnd(64 * 1024 + 1))
    expect(response.status).toBe(413)
    expect(await messages()).toEqual([])
  })

  test('413 over 64 KiB that are not announced, without reading on', async () => {
    let sent = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024
        controller.enqueue(new Uint8Array(1024).fill(0x20)) // never ends
      },
      cancel: () => void (cancelled = true),
    })
    const headers = { 'content-type': 'application/json' }
    const response = await send('/api/messages', { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(80 * 1024)
    expect(cancelled).toBe(true)
  })

  test.each(['text/plain', 'multipart/form-data; boundary=x', 'application/jsonp', ''])('415 for %j', async (type) => {
    const response = await post({ name: 'Ada', text: 'hello' }, { 'content-type': type })
    expect(response.status).toBe(415)
    expect(response.headers.get('accept')).toBe('application/json, application/x-www-form-urlencoded')
  })

  test('415 for a body that is compressed', async () => {
    const response = await post({ name: 'Ada', text: 'hello' }, { 'content-encoding': 'gzip' })
    expect(response.status).toBe(415)
    expect(response.headers.get('accept-encoding')).toBe('identity')
  })

  test('media types are compared without case and parameters', async () => {
    expect((await post({ name: 'Ada', text: 'a' }, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(
      201,
    )
  })
})

describe('another site', () => {
  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
  ])('cannot post: %j', async (headers) => {
    expect((await postForm({ name: 'Eve', text: 'forged' }, headers)).status).toBe(403)
    expect((await post({ name: 'Eve', text: 'forged' }, headers)).status).toBe(403)
    expect(await messages()).toEqual([])
  })

  test.each([{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: 'http://localhost' }, {}])(
    'this is none: %j',
    async (headers) => {
      expect((await postForm({ name: 'Ada', text: 'hello' }, headers as Record<string, string>)).status).toBe(303)
    },
  )

  test('cannot seed', async () => {
    expect((await send('/api/seed?n=5', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    expect(await messages()).toEqual([])
  })
})

describe('GET /api/visits', () => {
  test('counts the visits of a session', async () => {
    const first = await send('/api/visits')
    expect(await first.json()).toEqual({ visits: 1 })
    const headers = { cookie: cookieOf(first) }
    expect(await (await send('/api/visits', { headers })).json()).toEqual({ visits: 2 })
    expect(await (await send('/api/visits', { headers })).json()).toEqual({ visits: 3 })
    expect(await (await send('/api/visits')).json()).toEqual({ visits: 1 })
  })

  test('the cookie is out of reach of scripts and of other sites', async () => {
    const [cookie] = (await send('/api/visits')).headers.getSetCookie()
    expect(cookie).toMatch(/; ?HttpOnly/i)
    expect(cookie).toMatch(/; ?SameSite=Lax/i)
  })
})

describe('GET /api/seed', () => {
  test('adds messages', async () => {
    const response = await send('/api/seed?n=30')
    expect(await response.json()).toEqual({ added: 30 })
    expect(await messages()).toHaveLength(30)
  })

  test.each(['', '?n=0', '?n=10001', '?n=many'])('%j is refused', async (query) => {
    expect((await send(`/api/seed${query}`)).status).toBe(400)
  })

  test('is not there in production', async () => {
    await running.close()
    running = await start({ NODE_ENV: 'production' })
    expect((await send('/api/seed?n=5')).status).toBe(404)
    expect(await messages()).toEqual([])
  })
})

describe('GET /', () => {
  const page = async (init: RequestInit = {}): Promise<string> => (await send('/', init)).text()

  test('is the page, with every message on it', async () => {
    await post({ name: 'Ada', text: 'hello' })
    const response = await send('/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const html = await response.text()
    expect(html).toMatch(/^<!doctype html>/)
    expect(html).toContain('>hello</p>')
  })

  test('what visitors write is text, never markup', async () => {
    const nasty = `<script>alert(1)</script><img src=x onerror="alert(1)">'"&</textarea>`
    await post({ name: `"><script>alert(2)</script>`, text: nasty })
    const html = await page()
    expect(html).not.toContain('<script>')
    expect(html).not.toContain('<img src=x')
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    const refused = await (
      await postForm({ name: '"autofocus onfocus="alert(3)', text: `${nasty} `.repeat(50) })
    ).text()
    expect(refused).not.toContain('<script>')
    expect(refused).toContain('value="&quot;autofocus onfocus=&quot;alert(3)"')
    expect(refused.match(/<\/textarea>/g)).toHaveLength(1)
  })

  test('the policy allows nothing from elsewhere and nothing inline', async () => {
    const response = await send('/')
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    const html = await response.text()
    expect(html).not.toMatch(/ style=| on\w+=|https?:|<style|<script(?! type="module" src="\/guestbook.js")/)
  })

  test('has twenty messages and a link to the ones before', async () => {
    await send('/api/seed?n=45')
    const numbers = (html: string): number[] =>
      [...html.matchAll(/id="message-(\d+)"/g)].map(([, id]) => Number(id)).filter(Boolean)
    const first = await page()
    expect(numbers(first)).toEqual(Array.from({ length: 20 }, (_, i) => 45 - i))
    const link = /href="(\/\?before=\d+)"/
    const second = await (await send(link.exec(first)![1]!)).text()
    const third = await (await send(link.exec(second)![1]!)).text()
    expect(numbers(third)).toEqual([5, 4, 3, 2, 1])
    expect(third).not.toMatch(link)
  })

  test('a nonsensical ?before shows the newest', async () => {
    await post({ name: 'Ada', text: 'hello' })
    expect(await (await send('/?before=x')).text()).toContain('>hello</p>')
  })
})

describe('the form without JavaScript', () => {
  test('is answered 303, and the next page says thank you, once', async () => {
    const response = await postForm({ name: 'Grace <3', text: 'hello' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/')
    const headers = { cookie: cookieOf(response) }
    const next = await (await send('/', { headers })).text()
    expect(next).toContain('Thank you, Grace &lt;3. Your message is in the book.')
    expect(next).toContain('value="Grace &lt;3"')
    expect(await (await send('/', { headers })).text()).not.toContain('Thank you')
  })

  test('what is wrong is said beside the field, and nothing that was written is lost', async () => {
    const response = await postForm({ name: '', text: '\nhello' })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const html = await response.text()
    expect(html).toContain('<p id="name-error" class="error">Please write a name.</p>')
    expect(html).toMatch(/<textarea[^>]*>\n\nhello<\/textarea>/)
    expect(await messages()).toEqual([])
  })
})

describe('files', () => {
  test('are served with a validator, and partially', async () => {
    const response = await send('/guestbook.css')
    expect(response.headers.get('content-type')).toMatch(/^text\/css/)
    const etag = response.headers.get('etag')!
    expect((await send('/guestbook.css', { headers: { 'if-none-match': etag } })).status).toBe(304)
    const part = await send('/guestbook.svg', { headers: { range: 'bytes=0-3' } })
    expect(part.status).toBe(206)
    expect(await part.text()).toBe('<svg')
  })

  test.each(['/app.ts', '/src/app.ts', '/..%2fsrc/app.ts', '/package.json', '/guestbook.sqlite'])(
    '%s is not one of them',
    async (target) => {
      const response = await send(target)
      expect(response.status).toBe(404)
      expect(await response.json()).toEqual({ error: 'There is nothing here.', reasons: [] })
    },
  )
})

test.each([
  ['DELETE', '/api/messages', 'GET, HEAD, POST'],
  ['POST', '/api/visits', 'GET, HEAD'],
  ['PUT', '/', 'GET, HEAD'],
])('%s %s is answered 405 with what is allowed', async (method, target, allow) => {
  const response = await send(target, { method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allow)
})

test('an error is reported by the server, not swallowed by the router', async () => {
  const database = await openDatabase(join(folder, 'book.sqlite'))
  database.exec('DROP TABLE messages')
  database.close()
  expect((await send('/api/messages')).status).toBe(500)
  expect(reported).toHaveLength(1)
  reported = []
})
