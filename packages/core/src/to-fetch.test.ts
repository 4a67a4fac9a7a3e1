import { H3 } from 'h3'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { fromFetch } from './from-fetch.ts'
import { dispatch } from './testing.ts'
import { mount } from './mount.ts'
import { reply } from './reply.ts'
import { streamOf } from './fixtures/stream-of.ts'
import { stripMount } from './strip-mount.ts'
import { toFetch } from './to-fetch.ts'
import type { Context, Outcome } from './context.ts'

const get = (path = '/', init?: RequestInit): Request => new Request(`http://localhost${path}`, init)

const facts = (_request: Request, context: Context): Response => {
  const { peerAddress, remoteAddress, env, encrypted, protocol, target, mount, path } = context
  return reply.json({ peerAddress, remoteAddress, env, encrypted, protocol, target, mount, path })
}

describe('toFetch()', () => {
  it("puts Bun's server into the context", async () => {
    const server = { requestIP: () => ({ address: '::1', port: 7, family: 'IPv6' }) }
    const said = await (await toFetch(facts)(get('/a%20b?q'), server)).json()
    expect(said).toMatchObject({
      peerAddress: { address: '::1', port: 7, family: 'IPv6' },
      target: '/a%20b?q',
      path: '/a b',
      mount: '',
    })
    expect(await (await toFetch(facts)(get(), { requestIP: () => null })).json()).toMatchObject({ peerAddress: null })
  })

  it("puts Deno's info into the context", async () => {
    const info = { remoteAddr: { transport: 'tcp', hostname: '192.0.2.7', port: 9 }, completed: Promise.resolve() }
    const said = await (await toFetch(facts, { env: { A: 'b' } })(get(), info)).json()
    expect(said).toMatchObject({ remoteAddress: { address: '192.0.2.7', port: 9, family: 'IPv4' }, env: { A: 'b' } })
  })

  it("puts a Worker's env and ctx into the context", async () => {
    const pending: Promise<unknown>[] = []
    const ctx = { waitUntil: (work: Promise<unknown>) => void pending.push(work), passThroughOnException() {} }
    let done = false
    const fetch = toFetch((request, context) => {
      context.waitUntil(Promise.resolve().then(() => (done = true)))
      return facts(request, context)
    })
    const request = Object.defineProperty(get(), 'cf', { value: { httpProtocol: 'HTTP/2' } })
    expect(await (await fetch(request, { KV: 'binding' }, ctx)).json()).toMatchObject({
      env: { KV: 'binding' },
      protocol: 'HTTP/2',
    })
    await Promise.all(pending)
    expect([done, pending.length]).toEqual([true, 1])
  })

  it('S35: starts an entry once, at the first request, however many come at once', async () => {
    let starts = 0
    const fetch = toFetch({
      async start() {
        starts++
        return () => reply('started')
      },
    })
    expect(starts).toBe(0)
    const answers = await Promise.all([fetch(get()), fetch(get()), fetch(get())])
    expect([starts, await Promise.all(answers.map((answer) => answer.text()))]).toEqual([
      1,
      ['started', 'started', 'started'],
    ])
  })

  it('S35: a start that fails answers 500, is reported, and is tried again', async () => {
    let tries = 0
    const reports: string[] = []
    const fetch = toFetch(
      {
        start() {
          if (tries++ === 0) throw new Error('no database')
          return () => reply('up')
        },
      },
      { report: (error) => void reports.push(String(error)) },
    )
    expect((await fetch(get())).status).toBe(500)
    expect(await (await fetch(get())).text()).toBe('up')
    expect(reports).toEqual(['Error: no database'])
  })

  it('S14: ends the exchange when a streamed body was read, and when it was cancelled', async () => {
    const outcomes: Outcome[] = []
    const fetch = toFetch((_request, context) => {
      context.defer((outcome) => void outcomes.push(outcome))
      return new Response(streamOf([new Uint8Array(1), new Uint8Array(1)]), { headers: { 'x-a': '1' } })
    })
    const response = await fetch(get())
    expect([response.headers.get('x-a'), outcomes]).toEqual(['1', []])
    expect((await response.arrayBuffer()).byteLength).toBe(2)
    await (await fetch(get())).body!.cancel('left')
    expect(outcomes).toEqual([
      { status: 200, aborted: false, error: undefined },
      { status: 200, aborted: true, error: 'left' },
    ])
  })

  it('S12: a body that fails ends the exchange, is reported once, and aborts the signal', async () => {
    const reports: unknown[] = []
    let signal: AbortSignal | undefined
    let outcome: Outcome | undefined
    const error = new Error('midway')
    const fetch = toFetch(
      (_request, context) => {
        signal = context.signal
        context.defer((seen) => void (outcome = seen))
        return new Response(new ReadableStream({ pull: () => Promise.reject(error) }))
      },
      { report: (seen) => void reports.push(seen) },
    )
    await expect((await fetch(get())).text()).rejects.toBe(error)
    expect(reports).toEqual([error])
    expect([signal?.reason, outcome]).toEqual([error, { status: 200, aborted: true, error }])
  })

  it('S13: cancelling while a chunk is awaited is no error of the app', async () => {
    const reports: unknown[] = []
    const fetch = toFetch(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })), {
      report: (error) => void reports.push(error),
    })
    const reader = (await fetch(get())).body!.getReader()
    const read = reader.read()
    await reader.cancel('closed')
    expect([(await read).done, reports]).toEqual([true, []])
  })

  it('S24: cancels the body of an answer to HEAD', async () => {
    let cancelled = false
    const fetch = toFetch(
      () => new Response(new ReadableStream({ cancel: () => void (cancelled = true) }), { headers: { 'x-a': '1' } }),
    )
    const response = await fetch(get('/', { method: 'HEAD' }))
    expect([response.body, response.headers.get('x-a'), cancelled]).toEqual([null, '1', true])
  })

  it('S12: the signal aborts with the request of the platform', async () => {
    const client = new AbortController()
    let signal: AbortSignal | undefined
    const fetch = toFetch(async (_request, context) => {
      signal = context.signal
      client.abort('left')
      return reply('too late')
    })
    await fetch(get('/', { signal: client.signal }))
    expect([signal?.aborted, signal?.reason]).toEqual([true, 'left'])
  })

  it('S5: fields of the connection, and those that it names, do not reach the app', async () => {
    const fetch = toFetch((request) => reply.json([...request.headers.keys()]))
    const headers = { connection: 'keep-alive, X-Hop, no token', 'keep-alive': 'timeout=5', 'x-hop': '1', 'x-end': '2' }
    expect(await (await fetch(get('/', { headers }))).json()).toEqual(['x-end'])
    const posted = get('/', { method: 'POST', body: 'kept', headers })
    expect(await (await toFetch(async (request) => reply(await request.text()))(posted)).text()).toBe('kept')
  })

  it('S1: request.url and context.path agree on dot segments', async () => {
    const fetch = toFetch((request, { path }) => reply.json([new URL(request.url).pathname, path]))
    expect(await (await fetch(get('/a/.b/../c'))).json()).toEqual(['/a/c', '/a/c'])
    expect(await (await toFetch((request) => reply(request.url))(get('/a?#b'))).text()).toBe('http://localhost/a?')
  })
})

describe('foreign fetch apps', () => {
  const hono = new Hono<{ Bindings: Context }>()
  hono.get('/hello/:name', (c) => c.text(`hello ${c.req.param('name')} at ${c.env.path}`))
  hono.post('/echo', async (c) => c.json(await c.req.json()))
  const h3 = new H3().get('/hello/:name', (event) => `hello ${event.context.params?.name}`)

  it('Hono is an app: its c.env is the context', async () => {
    expect(await (await dispatch(hono.fetch, '/hello/ada')).text()).toBe('hello ada at /hello/ada')
    const post = get('/echo', { method: 'POST', body: '{"a":1}' })
    expect(await (await toFetch(hono)(post)).json()).toEqual({ a: 1 })
  })

  it('h3 is an app', async () => {
    expect(await (await dispatch((request) => h3.fetch(request), '/hello/ada')).text()).toBe('hello ada')
    expect(await (await toFetch(h3)(get('/hello/ada'))).text()).toBe('hello ada')
  })

  it('both work below a mount', async () => {
    const app = mount({ '/hono': stripMount(hono.fetch), '/h3': stripMount((request) => h3.fetch(request)) })
    expect(await (await dispatch(app, '/hono/hello/ada')).text()).toBe('hello ada at /hello/ada')
    expect(await (await dispatch(app, '/h3/hello/bob')).text()).toBe('hello bob')
  })

  it('fromFetch() gives a Workers handler its env and ctx', async () => {
    const worker = {
      async fetch(request: Request, env: { GREETING: string }, ctx: { waitUntil(work: Promise<unknown>): void }) {
        ctx.waitUntil(Promise.resolve(request.url))
        return new Response(env.GREETING)
      },
    }
    const pending: Promise<unknown>[] = []
    const app = fromFetch(worker.fetch, ({ env, waitUntil }) => [env as { GREETING: string }, { waitUntil }])
    const response = await dispatch(app, '/', { env: { GREETING: 'hi' }, waitUntil: (work) => void pending.push(work) })
    expect([await response.text(), pending.length]).toEqual(['hi', 1])
  })

  it('and back again: an FSGI app inside Hono', async () => {
    const outer = new Hono()
    const fetch = toFetch((_request, { path }) => reply(`inside at ${path}`))
    outer.all('/fsgi/*', (c) => fetch(c.req.raw))
    expect(await (await outer.request('/fsgi/x')).text()).toBe('inside at /fsgi/x')
  })
})
