// Plain Responses of a string or bytes are coded as what they are, and streams stay streams.
import { bodyOf, reply } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { describe, expect, test } from 'vitest'
import { decoded } from './fixtures/decode.ts'
import { gzip } from './gzip.ts'
import { HTML, through } from './fixtures/exchange.ts'
import { mayBeWhole, peek } from './peek.ts'
import { text } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'

const bytes = (length: number): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text(length))

describe('a plain Response', () => {
  test.each([
    ['a short text', () => new Response('short')],
    ['short JSON', () => Response.json({ a: 1 })],
    ['no more than the threshold', () => new Response(text(1023), { headers: HTML })],
    ['an empty text', () => new Response('', { headers: HTML })],
  ])('of %s is not coded, and has its length', async (_what, app) => {
    const expected = await app().text()
    const response = await through(gzip(), app)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(response.headers.get('content-length')).toBe(String(expected.length))
    expect(await response.text()).toBe(expected)
  })

  test.each([
    ['text', () => new Response(text(5000), { headers: HTML })],
    ['bytes', () => new Response(bytes(5000), { headers: HTML })],
    ['JSON', () => Response.json(text(4998))],
    ['form fields', () => new Response(new URLSearchParams({ a: text(5000) }), { headers: HTML })],
    ['another one taken over', () => new Response(new Response(text(5000)).body, { status: 404, headers: HTML })],
  ])('of %s is coded in one go, and its length known', async (_what, app) => {
    const expected = await app().text()
    let seen: Response | undefined
    const inner = gzip()(app)
    await dispatch(
      async (request, context) => {
        seen = await inner(request, context)
        return reply('')
      },
      new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip' } }),
    )
    expect(bodyOf(seen!)).toBeInstanceOf(Uint8Array)
    expect(seen!.status).toBe(app().status)
    expect(seen!.headers.get('content-length')).toBe(String((bodyOf(seen!) as Uint8Array).byteLength))
    expect(await decoded(seen!)).toBe(expected)
  })

  test('HEAD has the fields that GET has', async () => {
    for (const app of [
      () => new Response('short', { headers: HTML }),
      () => new Response(text(5000), { headers: HTML }),
    ]) {
      const [head, get] = await Promise.all(
        ['HEAD', 'GET'].map(async (method) => Object.fromEntries((await through(gzip(), app, {}, { method })).headers)),
      )
      expect(head).toEqual(get)
    }
  })

  test('of a type that is streamed is coded as a stream', async () => {
    const app: App = () => new Response('data: 1\n\n', { headers: { 'content-type': 'text/event-stream' } })
    const response = await through(gzip(), app)
    expect([response.headers.get('content-encoding'), response.headers.get('content-length')]).toEqual(['gzip', null])
    expect(await decoded(response)).toBe('data: 1\n\n')
  })
})

describe('a byte stream that an app has made', () => {
  const byteStream = (pull: (turn: number, controller: ReadableByteStreamController) => void | Promise<void>) => {
    let turns = 0
    const cancels: unknown[] = []
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      type: 'bytes',
      pull: (controller) => pull(turns++, controller as ReadableByteStreamController),
      cancel: (reason) => void cancels.push(reason),
    })
    return { stream, turns: () => turns, cancels }
  }

  test('is not waited for: the head comes before the first byte', async () => {
    const { stream, cancels } = byteStream(() => new Promise(() => {}))
    const response = await through(gzip(), () => new Response(stream, { headers: HTML }))
    expect(response.headers.get('content-encoding')).toBe('gzip')
    await response.body!.cancel('gone')
    expect(cancels).toEqual(['gone'])
  })

  test('is not waited for after its first chunk', async () => {
    const { stream } = byteStream((turn, controller) => {
      if (turn > 0) return new Promise(() => {})
      controller.enqueue(bytes(100))
      return undefined
    })
    const response = await through(gzip(), () => new Response(stream, { headers: HTML }))
    const reader = response.body!.getReader()
    expect((await reader.read()).value!.byteLength).toBeGreaterThan(0)
    await reader.cancel()
  })

  test('that never ends is read two chunks ahead, not more', async () => {
    const { stream, turns, cancels } = byteStream((_turn, controller) => controller.enqueue(bytes(100)))
    const response = await through(gzip(), () => new Response(stream, { headers: HTML }))
    await new Promise(setImmediate)
    expect(turns()).toBeLessThanOrEqual(3)
    await response.body!.cancel('gone')
    expect(cancels).toEqual(['gone'])
  })

  test('that fails fails for the reader', async () => {
    for (const failing of [0, 1, 2]) {
      const { stream } = byteStream((turn, controller) => {
        if (turn === failing) throw new Error('disk on fire')
        controller.enqueue(bytes(100))
      })
      const response = await through(gzip(), () => new Response(stream, { headers: HTML }))
      await expect(response.arrayBuffer()).rejects.toThrow('disk on fire')
    }
  })

  test('of several chunks comes out whole', async () => {
    const { stream } = byteStream((turn, controller) => {
      if (turn < 5) controller.enqueue(bytes(3000))
      else {
        controller.close()
        controller.byobRequest?.respond(0)
      }
    })
    const response = await through(gzip(), () => new Response(stream, { headers: HTML }))
    expect(await decoded(response)).toBe(text(3000).repeat(5))
  })
})

test('streams of apps are not looked into', () => {
  expect(mayBeWhole(new ReadableStream())).toBe(false)
  expect(mayBeWhole(new Response('x').body!)).toBe(true)
})

test('a body that is looked into and is not whole is read from its beginning', async () => {
  let pulls = 0
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => (++pulls > 4 ? controller.close() : controller.enqueue(new Uint8Array([pulls]))),
  })
  const reader = await peek(stream)
  if (reader instanceof Uint8Array) throw new Error('it is not whole')
  const seen: number[] = []
  for (let read = await reader.read(); !read.done; read = await reader.read()) seen.push(...read.value)
  expect(seen).toEqual([1, 2, 3, 4])
})
