import { describe, expect, it } from 'vitest'
import { dispatch } from './dispatch.ts'
import { reply } from '../reply.ts'
import { streamOf } from '../fixtures/stream-of.ts'
import type { App } from '../app.ts'
import type { Context, Outcome } from '../context.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function run(
  app: App,
  request: Request | string = '/',
): Promise<{ response: Response; outcome: () => Outcome | undefined; reports: string[] }> {
  let outcome: Outcome | undefined
  const reports: string[] = []
  const watched: App = (request, context) => {
    context.defer((seen) => void (outcome = seen))
    return app(request, context)
  }
  const response = await dispatch(watched, request, { report: (error) => void reports.push(String(error)) })
  return { response, outcome: () => outcome, reports }
}

describe('dispatch()', () => {
  it('sends a request and gives the response', async () => {
    const app: App = (request, { path, target }) =>
      reply.json([request.method, request.url, request.headers.get('host'), path, target])
    const response = await dispatch(app, '/caf%C3%A9?q')
    expect(await response.json()).toEqual(['GET', 'http://localhost/caf%C3%A9?q', 'localhost', '/café', '/caf%C3%A9?q'])
  })

  it('states what the test states, and passes on values', async () => {
    const app: App<Context & { user: string }> = (_request, { user, env, encrypted, peerAddress }) =>
      reply.json([user, env.KEY, encrypted, peerAddress])
    const response = await dispatch(app, 'https://localhost/', { user: 'ada', env: { KEY: 1 }, peerAddress: null })
    expect(await response.json()).toEqual(['ada', 1, true, null])
  })

  it('S23: sets content-length where the length is known', async () => {
    expect((await run(() => reply('héllo'))).response.headers.get('content-length')).toBe('6')
    expect((await run(() => reply(null))).response.headers.get('content-length')).toBe('0')
    expect((await run(() => new Response(streamOf([bytes('x')])))).response.headers.get('content-length')).toBeNull()
  })

  it.each([
    ['known and short', () => reply('abc', { headers: { 'content-length': '5' } }), '3 bytes'],
    ['known and long', () => reply('abc', { headers: { 'content-length': '2' } }), 'more than 2 bytes'],
    [
      'streamed and short',
      () => new Response(streamOf([bytes('abc')]), { headers: { 'content-length': '5' } }),
      '3 bytes',
    ],
    [
      'streamed and long',
      () => new Response(streamOf([bytes('abc')]), { headers: { 'content-length': '2' } }),
      'more than 2 bytes',
    ],
    ['nothing', () => reply(null, { headers: { 'content-length': '5' } }), '0 bytes'],
  ])('S23: a body that is not as long as content-length says fails: %s', async (_name, app, said) => {
    const { response, reports, outcome } = await run(app)
    await expect(response.text()).rejects.toThrow(`[fsgi S23] the body is ${said} but content-length says`)
    expect(reports).toHaveLength(1)
    expect(outcome()?.error).toBeInstanceOf(Error)
  })

  it('S24: HEAD has the fields of GET and no body, which is cancelled', async () => {
    let cancelled = false
    const endless = new ReadableStream({ cancel: () => void (cancelled = true) })
    const known = await run(() => reply('abc'), new Request('http://h/', { method: 'HEAD' }))
    expect([known.response.body, known.response.headers.get('content-length')]).toEqual([null, '3'])
    const streamed = await run(() => new Response(endless), new Request('http://h/', { method: 'HEAD' }))
    expect([streamed.response.body, cancelled, streamed.outcome()?.status]).toEqual([null, true, 200])
  })

  it('S25: bodyless statuses', async () => {
    const fields = { 'content-length': '3', etag: '"x"' }
    const no = (await run(() => reply(null, { status: 204, headers: fields }))).response
    expect([no.body, no.headers.get('content-length')]).toEqual([null, null])
    const reset = (await run(() => reply(null, { status: 205 }))).response
    expect([reset.body, reset.headers.get('content-length')]).toEqual([null, '0'])
    const unchanged = (await run(() => reply(null, { status: 304, headers: fields }))).response
    expect([unchanged.body, unchanged.headers.get('content-length'), unchanged.headers.get('etag')]).toEqual([
      null,
      '3',
      '"x"',
    ])
  })

  it('S22: drops and reports what belongs to the server', async () => {
    const { response, reports } = await run(() =>
      reply('x', { headers: { 'transfer-encoding': 'chunked', connection: 'close' } }),
    )
    expect([...response.headers.keys()].toSorted()).toEqual(['content-length', 'content-type'])
    expect(reports).toHaveLength(2)
    expect(reports[0]).toContain("[fsgi S22] the field 'connection' belongs to the server")
  })

  it('S14: what was deferred runs after a streamed body has been read, not before', async () => {
    const { response, outcome } = await run(() => new Response(streamOf([bytes('a'), bytes('b')])))
    expect(outcome()).toBeUndefined()
    expect(await response.text()).toBe('ab')
    expect(outcome()).toEqual({ status: 200, aborted: false, error: undefined })
  })

  it('S14: what was deferred runs although a generator that makes the body never started', async () => {
    let ran = false
    async function* lines(): AsyncGenerator<Uint8Array> {
      try {
        yield bytes('a')
      } finally {
        ran = true
      }
    }
    const { response, outcome } = await run(() => new Response(streamOf(lines())))
    await response.body!.cancel('no thanks')
    expect(outcome()).toEqual({ status: 200, aborted: true, error: 'no thanks' })
    expect(ran).toBe(false)
  })

  it('S13: cancelling the body is a client that leaves', async () => {
    let signal: AbortSignal | undefined
    let reason: unknown
    const app: App = (_request, context) => {
      signal = context.signal
      return new Response(
        new ReadableStream({ pull: (c) => c.enqueue(bytes('x')), cancel: (why) => void (reason = why) }),
      )
    }
    const { response } = await run(app)
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel('closed')
    expect([signal?.aborted, signal?.reason, reason]).toEqual([true, 'closed', 'closed'])
  })

  it('S13: cancelling while a chunk is awaited is no error of the app', async () => {
    const waiting = new ReadableStream({ pull: () => new Promise(() => {}) })
    const { response, reports, outcome } = await run(
      () => new Response(waiting, { headers: { 'content-length': '5' } }),
    )
    const reader = response.body!.getReader()
    const read = reader.read()
    await reader.cancel('closed')
    expect([(await read).done, reports, outcome()?.error]).toEqual([true, [], 'closed'])
  })

  it('S12: aborting the request before the response is a client that leaves; the late response is cancelled', async () => {
    const client = new AbortController()
    let cancelled: unknown
    let outcome: Outcome | undefined
    let answer: (() => void) | undefined
    const app: App = async (_request, context) => {
      context.defer((seen) => void (outcome = seen))
      await new Promise<void>((resolve) => (answer = resolve))
      return new Response(new ReadableStream({ cancel: (why) => void (cancelled = why) }))
    }
    const answered = dispatch(app, new Request('http://h/', { signal: client.signal }))
    client.abort('left')
    await expect(answered).rejects.toBe('left')
    answer!()
    await expect.poll(() => outcome).toEqual({ status: null, aborted: true, error: 'left' })
    expect(cancelled).toBe('left')
  })

  it('S13: the body of the request fails when the client leaves', async () => {
    const client = new AbortController()
    const body = new ReadableStream({ start: (controller) => controller.enqueue(bytes('half')) })
    let read: Promise<string> | undefined
    const app: App = (request) => {
      read = request.text()
      client.abort('left')
      return read.then(() => reply('whole'))
    }
    const init = { method: 'POST', body, signal: client.signal, duplex: 'half' } as RequestInit
    await expect(dispatch(app, new Request('http://h/', init))).rejects.toBe('left')
    await expect(read).rejects.toBe('left')
  })

  it('S12: the signal does not abort after success', async () => {
    let signal: AbortSignal | undefined
    const { response } = await run((_request, context) => {
      signal = context.signal
      return new Response(streamOf([bytes('x')]))
    })
    await response.text()
    expect(signal?.aborted).toBe(false)
  })

  it('S27: an error before the response is a plain 500, an error in the body fails the body', async () => {
    const failed = await run(() => Promise.reject(new Error('secret')))
    expect([failed.response.status, await failed.response.text(), failed.reports]).toEqual([
      500,
      'Internal Server Error\n',
      ['Error: secret'],
    ])
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes('a')
      throw new Error('midway')
    }
    const { response, reports, outcome } = await run(() => new Response(streamOf(broken())))
    await expect(response.text()).rejects.toThrow('midway')
    expect(reports).toEqual(['Error: midway'])
    expect(outcome()?.error).toMatchObject({ message: 'midway' })
  })

  it('S27: a chunk that is not bytes fails the body', async () => {
    const { response, reports } = await run(() => new Response(streamOf(['text'])))
    await expect(response.text()).rejects.toThrow(
      '[fsgi S27] a body consists of Uint8Array chunks, but this one has a string',
    )
    expect(reports).toHaveLength(1)
  })
})
