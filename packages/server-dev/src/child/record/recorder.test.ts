import { bodyOf, editHeaders, mount, reply, stack } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { gzip } from '@fsgi/middleware-gzip'
import { describe, expect, it } from 'vitest'
import { shape, testRecorder } from './fixtures/recording.ts'
import type { App, Middleware } from '@fsgi/core'
import type { Call } from '../../inspector/recorded.ts'

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
const plain = { headers: { 'content-type': 'text/plain' } }
const encoder = new TextEncoder()

function slow(milliseconds: number): Middleware {
  return function slow(app) {
    return async (request, context) => {
      await pause(milliseconds)
      const response = await app(request, context)
      await pause(milliseconds)
      return editHeaders(response, (headers) => headers.set('x-slow', 'yes'))
    }
  }
}
function visitor(): Middleware<{ visitor: { name: string } }> {
  return function visitor(app) {
    return (request, context) => app(request, context.with({ visitor: { name: 'Ada' } }) as never)
  }
}
function retry(times: number): Middleware {
  return function retry(app) {
    return async (request, context) => {
      for (let left = times; ; left--) {
        const response = await app(request, context)
        if (response.status < 500 || left === 1) return response
        await response.body?.cancel('tried again')
      }
    }
  }
}

describe.each([{ lint: true }, { lint: false }])('a recording ($lint)', (options) => {
  it('has the time line of a stack of three layers: each call within the one around it, with head, context and answer', async () => {
    const recorder = testRecorder(options)
    const app = stack(
      slow(20),
      visitor(),
    )(async function handler(_request, { visitor }) {
      await pause(30)
      return reply(visitor.name, { status: 201 })
    })
    const { top, text, recording } = await recorder.send(app, new Request('http://h/a?b=c', { headers: { x: '1' } }))
    expect([text, shape(top)]).toEqual(['Ada', 'slow(visitor(handler))'])
    const [below] = top.calls as [Call]
    const [handler] = below.calls as [Call]
    for (const [outer, inner] of [
      [top, below],
      [below, handler],
    ] as const) {
      expect(inner.began).toBeGreaterThanOrEqual(outer.began)
      expect(inner.ended).toBeLessThanOrEqual(outer.ended!)
    }
    expect(below.began - top.began).toBeGreaterThan(15)
    expect(top.ended! - below.ended!).toBeGreaterThan(15)
    expect(handler.ended! - handler.began).toBeGreaterThan(25)
    expect(top.began).toBeGreaterThanOrEqual(0)
    expect(handler.request).toEqual({
      method: 'GET',
      url: 'http://h/a?b=c',
      fields: [['x', '1']],
      body: { kind: 'none' },
    })
    expect(top.context).toEqual({ mount: '', path: '/a' })
    expect(handler.context).toEqual({ mount: '', path: '/a', visitor: '{ name }' })
    expect(handler.response).toMatchObject({ status: 201, body: { kind: 'bytes', size: 3 } })
    expect(handler.response!.fields).toEqual([['content-type', 'text/plain;charset=UTF-8']])
    expect(top.response!.fields).toContainEqual(['x-slow', 'yes'])
    expect(recording).toMatchObject({ version: 1, events: [], over: true })
    expect(recording.omitted).toBeUndefined()
  })

  it('has each call of a layer that tries again, and the error of the one that failed', async () => {
    const recorder = testRecorder(options)
    let tries = 0
    const app = stack(retry(3))(() => reply(`${++tries}`, { status: tries < 3 ? 503 : 200 }))
    const { top, text } = await recorder.send(app)
    expect([text, shape(top)]).toEqual(['3', 'retry(app app app)'])
    expect(top.calls.map(({ response }) => response!.status)).toEqual([503, 503, 200])
  })

  it('has the error and where it came from, at each border that it passed', async () => {
    const recorder = testRecorder(options)
    const app = stack(slow(1))(function broken() {
      throw new TypeError('no such thing', { cause: new Error('deeper') })
    })
    const { top, recording } = await recorder.send(app, '/', { report() {} })
    expect(shape(top)).toBe('slow(broken)')
    for (const call of [top, top.calls[0]!]) {
      expect(call.error).toMatchObject({ name: 'TypeError', message: 'no such thing', cause: { message: 'deeper' } })
      expect(call.response).toBeUndefined()
      expect(call.error!.frames[0]).toMatchObject({ call: 'broken', file: import.meta.filename })
    }
    expect(recording.error).toMatchObject({ message: 'no such thing' })
  })

  it('has chunks, size, first and last byte of a stream, at each border that it passes', async () => {
    const recorder = testRecorder(options)
    const app = stack(slow(1))(function streams() {
      let chunks = 0
      return new Response(
        new ReadableStream({
          async pull(controller) {
            await pause(20)
            controller.enqueue(encoder.encode('12345'))
            if (++chunks === 3) controller.close()
          },
        }),
        plain,
      )
    })
    const { top, text } = await recorder.send(app)
    expect(text).toBe('12345'.repeat(3))
    for (const { response, ended } of [top, top.calls[0]!]) {
      expect(response!.body).toMatchObject({ kind: 'stream', size: 15, chunks: 3 })
      expect(response!.body.last! - response!.body.first!).toBeGreaterThan(30)
      if (top.calls[0]!.ended === ended) expect(response!.body.first).toBeGreaterThanOrEqual(ended!)
    }
  })

  it('has what the client sent, as it passes each border', async () => {
    const recorder = testRecorder(options)
    const app = stack(slow(1))(async (request) => reply(await request.text()))
    const { top, text } = await recorder.send(app, new Request('http://h/', { method: 'POST', body: 'hello' }))
    expect(text).toBe('hello')
    for (const { request } of [top, top.calls[0]!]) {
      expect(request.body).toMatchObject({ kind: 'stream', size: 5, chunks: 1 })
      expect(request.body.last).toBeGreaterThanOrEqual(request.body.first!)
    }
  })

  it('has reports, work and cleanups with the layer that registered them, and how they went', async () => {
    const recorder = testRecorder(options)
    function audit(): Middleware {
      return function audit(app) {
        return async (request, context) => {
          context.defer(async () => pause(5))
          const response = await app(request, context)
          context.waitUntil(pause(30).then(() => Promise.reject(new Error('lost'))))
          return response
        }
      }
    }
    const reported: unknown[] = []
    const app = stack(audit())(function handler(_request, { report, defer }) {
      defer(() => report(new Error('in the cleanup')))
      report(new Error('odd'))
      return reply('x')
    })
    const { recording } = await recorder.send(app, '/', { report: (error: unknown) => void reported.push(error) })
    const events = recording.events.map((event) => ({ type: event.type, layer: event.layer }))
    expect(events).toEqual([
      { type: 'cleanup', layer: 'audit' },
      { type: 'cleanup', layer: 'handler' },
      { type: 'report', layer: 'handler' },
      { type: 'work', layer: 'audit' },
      { type: 'report', layer: 'handler' },
    ])
    const [first, , report, work] = recording.events as [any, any, any, any] // oxlint-disable-line no-explicit-any
    expect(first.began).toBeGreaterThan(first.at)
    expect(first.ended - first.began).toBeGreaterThanOrEqual(3)
    expect(report.error.message).toBe('odd')
    expect(work.error.message).toBe('lost')
    expect(work.ended - work.at).toBeGreaterThan(20)
    expect(reported.map(String)).toEqual(['Error: odd', 'Error: in the cleanup', 'Error: lost'])
  })

  it('has the client that left, and what became of the body', async () => {
    const recorder = testRecorder(options)
    let cancelled: unknown
    const app = stack(slow(1))(function endless() {
      return new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(encoder.encode('x')),
          cancel: (reason) => void (cancelled = reason),
        }),
        plain,
      )
    })
    const response = await dispatch(recorder.border(app, 'app'), '/')
    const reader = response.body!.getReader()
    await reader.read()
    const why = new DOMException('gone', 'AbortError')
    await reader.cancel(why)
    expect(cancelled).toBe(why)
    const recording = recorder.posted.at(-1)!
    expect(recording.events).toMatchObject([{ type: 'cancelled', layer: 'client', reason: 'AbortError: gone' }])
    expect(recording.top!.response!.body.cancelled).toBe('AbortError: gone')
    expect(recording.top!.calls[0]!.response!.body.cancelled).toBe('AbortError: gone')
    expect(recording.error).toBeUndefined()
  })

  it('says which layer no longer wanted a body', async () => {
    const recorder = testRecorder(options)
    function other(): Middleware {
      return function other(app) {
        return async (request, context) => {
          await (await app(request, context)).body!.cancel('mine is better')
          return reply('mine')
        }
      }
    }
    const inner = stack(slow(1))(() => new Response(new ReadableStream(), plain))
    const { recording } = await recorder.send(stack(other())(inner))
    expect(recording.events).toMatchObject([{ type: 'cancelled', layer: 'other', reason: 'mine is better' }])
  })

  it('has what lies below a mount, with the place it is at', async () => {
    const recorder = testRecorder(options)
    const api = stack(visitor())(function api(_request, { path }) {
      return reply(path)
    })
    const { top, text } = await recorder.send(stack(slow(1))(mount({ '/a b': api })), 'http://h/a%20b/c')
    expect([text, shape(top)]).toEqual(['/c', 'slow(mount(visitor(api)))'])
    expect(top.calls[0]!.context).toMatchObject({ mount: '', path: '/a b/c' })
    expect(top.calls[0]!.calls[0]!.context).toMatchObject({ mount: '/a%20b', path: '/c' })
  })

  it('has a plain fetch handler and what it calls without a context', async () => {
    const recorder = testRecorder(options)
    const inner = stack(visitor())(function inner() {
      return reply('x')
    })
    const handler = (request: Request): Response | Promise<Response> =>
      (inner as (request: Request) => Response)(request)
    const { recording } = await recorder.send(stack(slow(1))(handler), '/', { report() {} })
    // the layer below needs a context, and says so
    expect(shape(recording.top!)).toMatch(/^slow\(handler\(visitor/)
    expect(recording.top!.calls[0]!.calls[0]!.error).toMatchObject({ name: 'TypeError' })
  })

  it('leaves known bytes known, files files, and the Response the one that was made', async () => {
    const recorder = testRecorder(options)
    const made: Response[] = []
    const got: Response[] = []
    function look(): Middleware {
      return function look(app) {
        return (request, context) => {
          const response = app(request, context) as Response
          got.push(response)
          return response
        }
      }
    }
    const app = stack(
      look(),
      look(),
    )(() => {
      made.push(reply('known'))
      return made[0]!
    })
    await recorder.send(app)
    expect(got).toEqual([made[0], made[0]])
    expect(got[0] === made[0] && got[1] === made[0]).toBe(true)
    expect(bodyOf(made[0]!)).toBeDefined()
  })

  it('keeps an answer that is at hand at hand', () => {
    const recorder = testRecorder(options)
    const app = recorder.border(
      stack(visitor())(() => reply('x')),
      'app',
    )
    let answer: unknown
    const outer: App = (request, context) => {
      const given = app(request, context)
      answer = given
      return given
    }
    return dispatch(outer, '/').then(() => expect(answer).toBeInstanceOf(Response))
  })

  it('does not ask what a layer added for anything', async () => {
    const recorder = testRecorder(options)
    class Session {
      id = 'abc'
      get data(): never {
        throw new Error('touched')
      }
    }
    const touched = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('asked')
        },
        getPrototypeOf: () => {
          throw new Error('asked')
        },
      },
    )
    function adds(): Middleware {
      return function adds(app) {
        return (request, context) =>
          app(
            request,
            context.with<{}>({
              session: new Session(),
              touched,
              list: [1, 2],
              name: 'Ada',
              log() {},
              none: null,
            }),
          )
      }
    }
    const { top } = await recorder.send(stack(adds())(() => reply('x')))
    expect(top.calls[0]!.context).toEqual({
      mount: '',
      path: '/',
      session: 'Session { id }',
      touched: 'a Proxy',
      list: 'an array of 2',
      name: '"Ada"',
      log: 'the function log',
      none: 'null',
    })
  })
})

it('names the layer that breaks a rule, and counts it for the terminal', async () => {
  const recorder = testRecorder()
  function joined(): Middleware {
    return function joined(app) {
      return async (request, context) => {
        const response = await app(request, context)
        response.headers.set('connection', 'close')
        return response
      }
    }
  }
  const app = stack(slow(1), joined())(() => reply('x'))
  const { recording } = await recorder.send(app, '/', { report() {} })
  expect(recording.events.filter(({ type }) => type === 'finding')).toMatchObject([
    {
      type: 'finding',
      layer: 'joined',
      rule: 'A3',
      level: 'error',
      message: expect.stringContaining("(middleware 'joined')"),
    },
  ])
  expect(recorder.found).toEqual(['A3 joined 1'])
})

it('shows the codings of a body that a layer has coded', async () => {
  const recorder = testRecorder()
  const app = stack(gzip({ threshold: 0 }))(function page() {
    return reply('hello '.repeat(1000))
  })
  const { top } = await recorder.send(app, new Request('http://h/', { headers: { 'accept-encoding': 'gzip' } }))
  expect(shape(top)).toBe('gzip(page)')
  expect(top.calls[0]!.response!.body).toEqual({ kind: 'bytes', size: 6000 })
  expect(top.response!.fields).toContainEqual(['content-encoding', 'gzip'])
  expect(top.response!.body.size).toBeLessThan(200)
})
