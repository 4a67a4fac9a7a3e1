import { createServer } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dispatch } from '../testing/dispatch.ts'
import { editHeaders } from '../edit-headers.ts'
import { lint } from './lint.ts'
import { LintError } from './finding.ts'
import { mount } from '../mount.ts'
import { reply } from '../reply.ts'
import { stripMount } from '../strip-mount.ts'
import { withSignal } from '../derive.ts'
import type { AddressInfo } from 'node:net'
import type { App } from '../app.ts'
import type { Context } from '../context.ts'
import type { Finding } from './finding.ts'
import type { LintOptions } from './lint.ts'

/** `lint` that collects. */
function collecting(mode: 'throw' | 'warn' = 'warn'): {
  found: Finding[]
  linted: <C extends Context>(app: App<C>, name?: string) => App<C>
} {
  const found: Finding[] = []
  const options: LintOptions = { mode, onFinding: (finding) => found.push(finding) }
  return { found, linted: (app, name) => lint(app, name === undefined ? options : { ...options, name }) }
}

const report = (): void => {}
const bad: App = () => reply('x', { headers: { status: '200' } })
const good: App = () => reply('hi')
const passing =
  (app: App): App =>
  async (request, context) =>
    app(request, context)
const who = ({ rule, side, layer }: Finding): unknown[] => [rule, side, layer]

afterEach(() => vi.restoreAllMocks())

describe('lint() says who is at fault', () => {
  it('the app, and the middleware that passes its response on is not', async () => {
    const { found, linted } = collecting()
    await dispatch(linted(passing(linted(bad, 'handler')), 'gzip'), '/a')
    expect(found.map(who)).toEqual([['A3', 'app', 'handler']])
  })

  it('the middleware, for what it returns and for what it calls with', async () => {
    const { found, linted } = collecting()
    const adds =
      (app: App): App =>
      async (request, context) =>
        editHeaders(await app(request, { ...context }), (headers) => headers.set('connection', 'close'))
    await dispatch(linted(adds(linted(good, 'handler')), 'gzip'), '/a')
    expect(found.map(who)).toEqual([
      ['M2', 'middleware', 'gzip'],
      ['A3', 'middleware', 'gzip'],
    ])
  })

  it('the middleware, for a context of its own making that it gives with the same request', async () => {
    const { found, linted } = collecting()
    let first: Context | undefined
    const remembers =
      (app: App): App =>
      (request, context) =>
        app(request, (first ??= context))
    const app = linted(remembers(linted(good)), 'cache')
    await dispatch(app, '/a')
    expect(found).toEqual([])
    await dispatch(app, '/a')
    expect(found.map(who)).toEqual([['M2', 'middleware', 'cache']])
  })

  it('the server', async () => {
    const { found, linted } = collecting()
    await linted(good)(new Request('http://h/'), undefined as never)
    expect(found.map(who)).toEqual([['G1', 'server', undefined]])
  })

  it('in one line with rule, what, where and what to do', async () => {
    const { found, linted } = collecting()
    await dispatch(
      linted(() => reply('hello world!', { headers: { 'content-length': '10' } }), 'handler'),
      '/a?secret',
    ).catch(() => {})
    expect(found[0]).toEqual({
      rule: 'S23',
      check: 'content-length-bytes',
      level: 'error',
      side: 'app',
      layer: 'handler',
      message:
        "[fsgi S23] the body is 12 bytes but content-length says 10: GET /a (app 'handler'), leave content-length out or make it exact",
      method: 'GET',
      path: '/a',
    })
  })
})

describe('lint() finds nothing wrong', () => {
  it('between layers that derive contexts in every way there is', async () => {
    const { found, linted } = collecting('throw')
    const layers: ((app: App) => App)[] = [
      (app) => (request, context) =>
        app(request, withSignal(context.with({ user: 'ada' }), new AbortController().signal)),
      (app) => mount({ '/a%20b': app }),
      (app) => stripMount(app),
      (app) => mount({ '/c': app, '/': app }),
      (app) => async (request, context) =>
        editHeaders(await app(new Request(request), context), (headers) => headers.set('a', 'b')),
    ]
    const seen: unknown[] = []
    const handler: App = (request, context) => {
      context.defer(({ status }) => void seen.push(status))
      const { waitUntil, signal, path, mount } = context
      waitUntil(Promise.resolve())
      return reply.json([request.url, mount, path, (context as Context & { user: string }).user, signal.aborted])
    }
    const app = layers.reduceRight<App>((inner, layer) => linted(layer(inner)), linted(handler))
    const response = await dispatch(app, '/a%20b/c/d')
    expect(await response.json()).toEqual(['http://localhost/c/d', '/c', '/d', 'ada', false])
    expect([seen, found]).toEqual([[200], []])
  })

  it('in one Request that a server sends several times at once', async () => {
    const { found, linted } = collecting('throw')
    const app = linted(passing(linted(async () => reply('hi'))))
    const request = new Request('http://h/a')
    const responses = await Promise.all([dispatch(app, request), dispatch(app, request), dispatch(app, request)])
    expect([responses.map(({ status }) => status), found]).toEqual([[200, 200, 200], []])
  })

  it('in a race that the slower app loses', async () => {
    const { found, linted } = collecting('throw')
    let finish: (() => void) | undefined
    const slow = linted(() => new Promise<Response>((resolve) => (finish = () => resolve(reply('late')))))
    const race = linted((request, context) => Promise.race([slow(request, context), good(request, context)]))
    const request = new Request('http://h/a')
    await dispatch(race, request)
    finish!()
    await dispatch(race, request)
    finish!()
    expect(found).toEqual([])
  })
})

describe('lint() leaves things as they are', () => {
  it('passes on the same response, at once, where its bytes are known', () => {
    const response = reply('hi')
    const app = lint(() => response)
    let result: unknown
    void dispatch((request, context) => (result = app(request, context)) as Response, '/')
    expect(result).toBe(response)
  })

  it('keeps status, fields and cookies of a response that it watches, and reads on only on demand', async () => {
    let pulls = 0
    let reason: unknown
    const source = new ReadableStream(
      { pull: (controller) => (pulls++, controller.enqueue(new Uint8Array(1))), cancel: (why) => void (reason = why) },
      { highWaterMark: 0 },
    )
    const headers: [string, string][] = [
      ['content-type', 'a/b'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]
    let response: Response | undefined
    const app = lint(() => new Response(source, { status: 201, statusText: 'Made', headers }))
    const ended = dispatch(async (request, context) => (response = await app(request, context)), '/')
    const sent = await ended
    expect([response!.status, response!.statusText, response!.headers.getSetCookie()]).toEqual([
      201,
      'Made',
      ['a=1', 'b=2'],
    ])
    expect(pulls).toBe(0)
    const reader = sent.body!.getReader()
    await reader.read()
    expect(pulls).toBe(1)
    await reader.cancel('enough')
    expect(reason).toBe('enough')
  })

  it('passes on the error of a body', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('midway')) })
    const response = await dispatch(
      lint(() => new Response(broken)),
      '/',
      { report },
    )
    await expect(response.text()).rejects.toThrow('midway')
  })

  it('does not read the body of an answer to HEAD', async () => {
    const source = new ReadableStream({ cancel: () => {} })
    let response: Response | undefined
    const app = lint(() => (response = new Response(source, { headers: { 'content-length': '5' } })))
    let result: Response | undefined
    const head = new Request('http://h/', { method: 'HEAD' })
    await dispatch(async (request, context) => (result = await app(request, context)), head)
    expect(result).toBe(response)
  })
})

describe('lint() modes', () => {
  it('throws errors, so that the server answers 500 and reports them', async () => {
    const reports: unknown[] = []
    const response = await dispatch(lint(bad, { name: 'handler' }), '/', {
      report: (error) => void reports.push(error),
    })
    expect(response.status).toBe(500)
    expect(reports).toHaveLength(1)
    expect(reports[0]).toBeInstanceOf(LintError)
    expect((reports[0] as LintError).finding).toMatchObject({ rule: 'A3', layer: 'handler' })
  })

  it('does not call an app that is called wrongly', async () => {
    const app = vi.fn(good)
    expect(() => lint(app)(new Request('http://h/'), {} as Context)).toThrow('[fsgi M2]')
    expect(app).not.toHaveBeenCalled()
  })

  it('fails a body in which it finds an error, and cancels its source', async () => {
    let cancelled: unknown
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(3)),
      cancel: (why) => void (cancelled = why),
    })
    const app = lint(() => new Response(endless, { headers: { 'content-type': 'a/b', 'content-length': '5' } }))
    const { body } = await dispatch(app, '/', { report })
    await expect(new Response(body).text()).rejects.toThrow('[fsgi S23] the body is more than 5 bytes')
    expect(cancelled).toBeInstanceOf(LintError)
  })

  it('prints warnings, and in warn mode errors too', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const response = await dispatch(
      lint(() => reply(null, { headers: { etag: 'x' } })),
      '/',
    )
    expect(response.status).toBe(200)
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('[fsgi A14] the etag is not an entity-tag: "x": GET / (app), ')],
    ])
    expect((await dispatch(lint(bad, { mode: 'warn' }), '/')).status).toBe(200)
    expect(warn.mock.calls[1]).toEqual([expect.stringContaining('[fsgi A3]')])
  })

  it('A3: a response of fetch may have the fields of the connection that it came by', async () => {
    const server = createServer((_request, response) => response.end('from afar'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      let fields: string[] = []
      const proxy = lint(lint(() => fetch(`http://127.0.0.1:${port}/`)))
      const look: App = async (request, context) => {
        const response = await proxy(request, context)
        fields = [...response.headers.keys()]
        return response
      }
      const reports: unknown[] = []
      const response = await dispatch(look, '/', { report: (error) => void reports.push(error) })
      expect([response.status, reports, fields.includes('connection')]).toEqual([200, [], false])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  it('refuses what is not an app, and a wrong mode', () => {
    expect(() => lint({ fetch: good } as never)).toThrow(
      'lint() takes an app, which is a function: found an object with fetch',
    )
    expect(() => lint(good, { mode: 'strict' as never })).toThrow(
      `lint(): option 'mode' must be 'throw' or 'warn', but it is the string "strict"`,
    )
  })
})
