import { createServer } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dispatch } from '../testing/dispatch.ts'
import { editHeaders } from '../edit-headers.ts'
import { lint } from './lint.ts'
import { LintError } from './finding.ts'
import { mount } from '../mount.ts'
import { reply } from '../reply.ts'
import { stripMount } from '../strip-mount.ts'
import { withMount, withSignal } from '../derive.ts'
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

  it('in two apps that are called side by side with one request and one context', async () => {
    const { found, linted } = collecting('throw')
    const failing = linted(() => Promise.reject(new Error('no')))
    const other = linted(async () => reply('yes'))
    const response = await dispatch((request, context) => {
      return Promise.any([failing(request, context), other(request, context)])
    }, '/')
    expect([await response.text(), found]).toEqual(['yes', []])
  })

  it('M12: in a second attempt, nor in an error that the client caused by leaving', async () => {
    const { found, linted } = collecting('throw')
    let attempts = 0
    const flaky = linted(async () => {
      if (attempts++ === 0) throw new Error('once')
      return reply('at last')
    })
    const again = linted((request, context) =>
      Promise.resolve(flaky(request, context)).catch(() => flaky(request, context)),
    )
    expect(await (await dispatch(again, '/')).text()).toBe('at last')

    const client = new AbortController()
    const waits = linted((_request, { signal }) => {
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    })
    let answered = false
    const calm = linted(async (request, context) => {
      context.defer(() => void (answered = true))
      return Promise.resolve(waits(request, context)).catch(() => reply('nobody hears it'))
    })
    const left = dispatch(calm, new Request('http://h/', { signal: client.signal }), { report })
    client.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    await expect.poll(() => answered).toBe(true)
    expect(found).toEqual([])
  })

  it('M12: in a body that fails while its middleware waits for the first chunk, and that fails above as well', async () => {
    const { found, linted } = collecting('throw')
    const broken = linted(() => {
      const pull = (controller: ReadableStreamDefaultController): void => controller.error(new Error('midway'))
      return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: { 'content-type': 'a/b' } })
    })
    const waits = linted(async (request, context) => {
      const response = await broken(request, context)
      const reader = response.body!.getReader()
      const first = reader.read()
      await first.catch(() => {})
      const pull = async (controller: ReadableStreamDefaultController): Promise<void> =>
        controller.enqueue((await first).value)
      return new Response(new ReadableStream({ pull }), response)
    })
    const response = await dispatch(waits, '/', { report })
    await expect(response.text()).rejects.toThrow('midway')
    expect(found).toEqual([])
  })

  it('M6: in a body that work in the background wants, nor in one that is on its way when the client leaves', async () => {
    const { found, linted } = collecting('throw')
    const source = (): Response => new Response(new Blob(['stored']).stream(), { headers: { 'content-type': 'a/b' } })
    let stored: Promise<string> | undefined
    let open: () => void
    const gate = new Promise<void>((resolve) => (open = resolve))
    const stores: App = async (request, context) => {
      const response = await linted(source)(request, context)
      context.waitUntil((stored = gate.then(() => response.text())))
      return reply('stale')
    }
    expect(await (await dispatch(linted(stores), '/')).text()).toBe('stale')
    open!()
    expect(await stored).toBe('stored')

    const response = await dispatch(linted(passing(linted(source))), '/')
    await response.body!.cancel('left')
    expect(found).toEqual([])
  })

  it('S23: in a body that is cancelled while a chunk of it is awaited', async () => {
    const { found, linted } = collecting()
    const waiting = new ReadableStream({ pull: () => new Promise(() => {}) })
    const headers = { 'content-type': 'a/b', 'content-length': '5' }
    const { body } = await dispatch(
      linted(() => new Response(waiting, { headers })),
      '/',
      { report },
    )
    const reader = body!.getReader()
    const read = reader.read()
    await reader.cancel('left')
    expect([(await read).done, found]).toEqual([true, []])
  })
})

describe('lint() shows an app the context that it was given', () => {
  it('for destructuring, `in`, spreading, and every function that derives', async () => {
    const seen: unknown[] = []
    const attempt = (run: () => unknown): unknown => {
      try {
        return run()
      } catch (error) {
        return (error as Error).name
      }
    }
    const looks: App = (_request, context) => {
      const { signal, path, mount, env, protocol, with: add, defer, waitUntil, report, sendInformational } = context
      defer(() => {})
      waitUntil(Promise.resolve())
      report(new Error('told'))
      const derived = withMount(withSignal(context.with({ user: 'ada' }), new AbortController().signal), 1)
      seen.push(
        [signal.aborted, path, mount, env, protocol, attempt(() => add({ a: 1 })), sendInformational],
        ['path' in context, 'user' in context, 'user' in derived, 'signal' in derived, 'sendInformational' in context],
        [Object.keys(context), Object.keys(derived), { ...derived }, derived.user, derived.mount, derived.path],
        [Object.getPrototypeOf(context) === Object.getPrototypeOf(derived), context.with({ a: 1 }).a],
      )
      return reply()
    }
    await dispatch(looks, '/a/b', { report })
    await dispatch(lint(lint(looks)), '/a/b', { report })
    expect(seen.slice(4)).toEqual(seen.slice(0, 4))
    expect(seen[2]).toEqual([[], ['user'], { user: 'ada' }, 'ada', '/a', '/b'])
  })

  it('where a server freezes it', async () => {
    const seen: unknown[] = []
    const looks: App = (_request, { defer, path, env }) => {
      defer(() => void seen.push('deferred'))
      seen.push(path, env)
      return reply()
    }
    await dispatch((request, context) => {
      const own = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(context))
      const values = Reflect.ownKeys(own).map((name) => [name, context[name as keyof Context]])
      const frozen = Object.freeze({ ...Object.fromEntries(values), with: context.with.bind(context) })
      return lint(looks)(request, frozen as Context)
    }, '/a')
    expect(seen).toEqual(['/a', {}, 'deferred'])
  })
})

describe('lint() hands a request on', () => {
  const upload = (source: ReadableStream | string, headers = {}): Request =>
    new Request('http://h/', { method: 'POST', body: source, headers, duplex: 'half' } as RequestInit)

  it('as the same object, where it has no body', async () => {
    const request = new Request('http://h/')
    let seen: unknown
    await dispatch(
      lint((given) => ((seen = given), reply())),
      request,
    )
    expect(seen).toBe(request)
  })

  it('with method, fields and signal, and a body that is read only when the app reads it', async () => {
    let pulls = 0
    const source = new ReadableStream(
      { pull: (controller) => (pulls++ === 0 ? controller.enqueue(new Uint8Array(2)) : controller.close()) },
      { highWaterMark: 0 },
    )
    const client = new AbortController()
    const seen: unknown[] = []
    const given = new Request(upload(source, { 'x-a': 'b' }), { signal: client.signal })
    const reads: App = async (request) => {
      seen.push(request.method, request.headers.get('x-a'), request.signal.aborted, pulls, given.bodyUsed)
      seen.push((await request.arrayBuffer()).byteLength, request.bodyUsed, given.bodyUsed)
      client.abort()
      seen.push(request.signal.aborted)
      return reply()
    }
    await dispatch((_request, context) => lint(reads)(given, context), '/')
    expect(seen).toEqual(['POST', 'b', false, 0, false, 2, true, true, true])
  })

  it('with a body that takes a buffer of the reader, where the given one does', async () => {
    const source = new ReadableStream({
      type: 'bytes',
      start(controller) {
        controller.enqueue(new Uint8Array([1, 2, 3]))
        controller.close()
      },
    })
    const seen: unknown[] = []
    const reads: App = async (request) => {
      const reader = request.body!.getReader({ mode: 'byob' })
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(2))
        if (done) return reply()
        seen.push([...value])
      }
    }
    const given = upload(source)
    await dispatch((_request, context) => lint(lint(reads))(given, context), '/')
    expect(seen).toEqual([[1, 2], [3]])
  })

  it('with the error of its body, and a cancellation goes the other way', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('truncated')) })
    const reads = lint(async (request) => reply(await request.text()))
    const errors: unknown[] = []
    await dispatch(reads, upload(broken), { report: (error) => void errors.push(error) })
    expect(errors).toEqual([new Error('truncated')])

    let reason: unknown
    const source = new ReadableStream({ cancel: (why) => void (reason = why) })
    await dispatch(
      lint(async (request) => (await request.body!.cancel('no need'), reply())),
      upload(source),
    )
    expect(reason).toBe('no need')
  })

  it('S6: and fails a body that is not as long as the request says', async () => {
    const { found, linted } = collecting('throw')
    const app = linted(async (request) => reply(await request.text()))
    const errors: unknown[] = []
    await dispatch(app, upload('abc', { 'content-length': '5' }), { report: (error) => void errors.push(error) })
    expect(errors).toEqual([expect.objectContaining({ name: 'LintError' })])
    expect(found.map(who)).toEqual([['S6', 'server', undefined]])
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

  it('collects without throwing or printing', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const found: Finding[] = []
    const app = lint(() => reply('x', { headers: { status: '200', etag: 'x' } }), {
      mode: 'collect',
      onFinding: (finding) => found.push(finding),
    })
    expect((await dispatch(app, '/')).status).toBe(200)
    expect(found.map(({ rule }) => rule).toSorted()).toEqual(['A14', 'A3'])
    expect(warn).not.toHaveBeenCalled()
  })

  it('cancels the body of a response that it throws away', async () => {
    let cancelled: unknown
    const source = new ReadableStream({ cancel: (why) => void (cancelled = why) })
    const response = await dispatch(
      lint(() => new Response(source, { headers: { connection: 'close' } })),
      '/',
      { report },
    )
    expect(response.status).toBe(500)
    expect(cancelled).toBeInstanceOf(LintError)
  })

  it('M6: reports a dropped body, when it is too late to throw', async () => {
    const { found, linted } = collecting('throw')
    const source = linted(() => new Response(new Blob(['x']).stream(), { headers: { 'content-type': 'a/b' } }))
    const drops: App = async (request, context) => (await source(request, context), reply('another'))
    const reports: unknown[] = []
    const response = await dispatch(linted(drops, 'drops'), '/', { report: (error) => void reports.push(error) })
    expect([await response.text(), reports]).toEqual(['another', [expect.objectContaining({ name: 'LintError' })]])
    expect(found.map(who)).toEqual([['M6', 'middleware', 'drops']])
  })

  it('refuses what is not an app, and a wrong mode', () => {
    expect(() => lint({ fetch: good } as never)).toThrow(
      'lint() takes an app, which is a function: found an object with fetch',
    )
    expect(() => lint(good, { mode: 'strict' as never })).toThrow(
      `lint(): option 'mode' must be 'throw', 'warn' or 'collect', but it is the string "strict"`,
    )
    expect(() => lint(good, { mode: 'collect' })).toThrow(
      "lint(): option 'onFinding' must be a function, but it is undefined",
    )
    expect(() => lint(good, { onFinding: [] as never })).toThrow(
      "lint(): option 'onFinding' must be a function, but it is an array",
    )
  })
})
