import { reply } from '@fsgi/core'
import { errorResponse } from '@fsgi/core/server'
import { runInNewContext } from 'node:vm'
import { expect, test, vi } from 'vitest'
import { head, testServer } from './fixtures/test-server.ts'
import { later } from './fixtures/later.ts'
import type { App, Outcome } from '@fsgi/core'

const get = head('GET / HTTP/1.1', 'Host: h', 'Connection: close')
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

async function sent(app: App, request = get): Promise<string> {
  return (await testServer(app)).exchange(request)
}

function streamOf(...chunks: unknown[]): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      if (chunks.length === 0) controller.close()
      else controller.enqueue(chunks.shift())
    },
  })
}

test.each<[string, () => Response]>([
  ['a reply with text', () => reply('héllo')],
  ['a reply with ASCII text', () => reply('hello')],
  ['a reply with bytes', () => reply(bytes('hello'))],
  ['a plain Response', () => new Response('hello')],
  ['a Response with bytes', () => new Response(bytes('hello'))],
  ['a Response with a Blob', () => new Response(new Blob(['hello']))],
  ['a Response with a form', () => new Response(new URLSearchParams({ a: 'hello' }))],
  [
    'a rebuilt reply',
    () => {
      const inner = reply('hello')
      return new Response(inner.body, inner)
    },
  ],
  ['a stream', () => new Response(streamOf(bytes('hel'), bytes('lo')))],
  [
    'a byte stream',
    () =>
      new Response(
        new ReadableStream({
          type: 'bytes',
          pull(c) {
            c.enqueue(bytes('hello'))
            c.close()
          },
        }),
      ),
  ],
])('the body of %s arrives', async (_, make) => {
  const server = await testServer(make)
  const expected = Buffer.from(await make().arrayBuffer()).toString('hex')
  for (const answer of [await fetch(server.url), await fetch(server.url)]) {
    expect(Buffer.from(await answer.arrayBuffer()).toString('hex')).toBe(expected)
  }
  expect(server.reported).toEqual([])
})

test('S23: known bytes have their length, streams are chunked, null is empty', async () => {
  expect(await sent(() => reply('héllo'))).toMatch(/\r\ncontent-length: 6\r\n/)
  expect(await sent(() => reply('héllo'))).not.toMatch(/transfer-encoding/i)
  expect(await sent(() => new Response(streamOf(bytes('ab'), bytes('c'))))).toMatch(
    /\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/i,
  )
  expect(await sent(() => new Response(null))).toMatch(/\r\ncontent-length: 0\r\n/)
  expect(await sent(() => reply(''))).toMatch(/\r\ncontent-length: 0\r\n/)
})

test.each([100, 1023, 8191, 8192, 65_536, 200_000])(
  'S21: chunks of %d bytes arrive as they were, however they are joined',
  async (size) => {
    const count = Math.ceil(400_000 / size)
    const part = (index: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(index % 251)
    const server = await testServer(
      () => new Response(streamOf(...Array.from({ length: count }, (_, index) => part(index)))),
    )
    const all = Buffer.concat(Array.from({ length: count }, (_, index) => part(index)))
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const got = Buffer.from(await (await fetch(server.url)).arrayBuffer())
        expect(Buffer.compare(got, all)).toBe(0)
      }),
    )
  },
)

test('S21: small chunks in different turns arrive one by one', async () => {
  let next = (): void => {}
  const server = await testServer(
    () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            await new Promise<void>((resolve) => (next = resolve))
            controller.enqueue(bytes('event\n'))
          },
        }),
      ),
  )
  const client = server.client().send(get)
  for (let count = 1; count <= 5; count++) {
    await client.until('\r\n\r\n')
    next()
    await client.until((received) => received.split('event\n').length - 1 === count)
  }
  client.destroy()
})

test('S23: HTTP/1.0 gets a body that ends with the connection', async () => {
  const response = await sent(() => new Response(streamOf(bytes('ab'), bytes('c'))), head('GET / HTTP/1.0'))
  expect(response).toMatch(/\r\n\r\nabc$/)
  expect(response).not.toMatch(/transfer-encoding|content-length/i)
})

test('S23: an exact content-length of a stream is kept', async () => {
  const response = await sent(
    () => new Response(streamOf(bytes('ab'), bytes('c')), { headers: { 'content-length': '3' } }),
  )
  expect(response).toMatch(/\r\ncontent-length: 3\r\n[^]*\r\n\r\nabc$/)
})

test.each<[string, () => Response]>([
  ['known bytes that are shorter', () => reply('abc', { headers: { 'content-length': '4' } })],
  ['known bytes that are longer', () => reply('abcde', { headers: { 'content-length': '4' } })],
  ['a null body', () => reply(null, { headers: { 'content-length': '4' } })],
  ['a stream that is shorter', () => new Response(streamOf(bytes('abc')), { headers: { 'content-length': '4' } })],
  [
    'a stream that is longer',
    () => new Response(streamOf(bytes('abc'), bytes('de')), { headers: { 'content-length': '4' } }),
  ],
])('S23: %s than content-length says breaks the connection off', async (_, make) => {
  let outcome: Outcome | undefined
  const server = await testServer((_request, context) => {
    context.defer((given) => void (outcome = given))
    return make()
  })
  const client = server.client().send(head('GET / HTTP/1.1', 'Host: h'))
  const response = await client.untilClosed()
  expect(response.slice(response.indexOf('\r\n\r\n') + 4).length).toBeLessThan(4)
  expect(server.reported).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/^\[fsgi S23\] the body /) }),
  ])
  expect(outcome).toMatchObject({ aborted: true, error: server.reported[0] })
})

test('S24: HEAD keeps the fields, sends no body, and cancels the stream', async () => {
  const request = head('HEAD / HTTP/1.1', 'Host: h', 'Connection: close')
  const cancel = vi.fn()
  const response = await sent(
    () => new Response(new ReadableStream({ cancel }), { headers: { 'x-a': '1', 'content-length': '7' } }),
    request,
  )
  expect(response).toMatch(
    /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*x-a: 1\r\n(?:.+\r\n)*content-length: 7\r\n(?:.+\r\n)*\r\n$/,
  )
  expect(cancel).toHaveBeenCalledTimes(1)
  expect(await sent(() => new Response(new ReadableStream()), request)).not.toMatch(/transfer-encoding|content-length/i)
  expect(await sent(() => reply('hello'), request)).toMatch(/\r\ncontent-length: 5\r\n(?:.+\r\n)*\r\n$/)
  expect(await sent(() => reply(null), request)).not.toMatch(/content-length/)
  expect(await sent(() => new Response(null, { status: 204 }), request)).toMatch(/^HTTP\/1\.1 204/)
})

test('S25: 204, 205 and 304 have no body and the lengths they may have', async () => {
  const at = (status: number, length?: string) => () =>
    reply(null, { status, headers: length === undefined ? {} : { 'content-length': length } })
  expect(await sent(at(204, '5'))).toMatch(/^HTTP\/1\.1 204 No Content\r\n(?!.*content-length)/s)
  expect(await sent(at(205))).toMatch(/\r\ncontent-length: 0\r\n/)
  expect(await sent(at(205, '5'))).toMatch(/\r\ncontent-length: 0\r\n/)
  expect(await sent(at(304))).not.toMatch(/content-length|transfer-encoding/i)
  expect(await sent(at(304, '5'))).toMatch(/\r\ncontent-length: 5\r\n/)
  for (const status of [204, 205, 304]) {
    const server = await testServer((request) => (request.url.endsWith('/') ? at(status)() : reply('next')))
    const response = await server.exchange(
      head('GET / HTTP/1.1', 'Host: h') + head('GET /n HTTP/1.1', 'Host: h', 'Connection: close'),
    )
    expect(response).toMatch(/next$/)
  }
})

test('S22: fields that belong to the server are dropped, and reported once', async () => {
  const server = await testServer(() =>
    reply('x', {
      headers: {
        connection: 'x-a',
        'keep-alive': '9',
        'transfer-encoding': 'chunked',
        trailer: 'x',
        upgrade: 'y',
        te: 'z',
        'x-a': '1',
      },
    }),
  )
  const response = await server.exchange(get)
  await server.exchange(get)
  expect(response).toMatch(/\r\nx-a: 1\r\n/)
  expect(response).not.toMatch(/chunked|trailer|upgrade|\nte:|x-a\r\n|timeout=|: 9/i)
  expect(server.reported.map(String).filter((text) => text.includes('[fsgi S22]'))).toHaveLength(6)
})

test('S22: a content-length that is none is dropped', async () => {
  const server = await testServer(() => reply('abc', { headers: { 'content-length': 'three' } }))
  expect(await server.exchange(get)).toMatch(/\r\ncontent-length: 3\r\n[^]*abc$/)
  expect(String(server.reported[0])).toContain("'content-length: three' is not a length")
})

test('S26: each set-cookie is a line, also from headers that join them', async () => {
  const app: App = () => {
    const response = reply('x')
    response.headers.append('set-cookie', 'a=1; Expires=Wed, 09 Jun 2021 10:18:14 GMT')
    response.headers.append('set-cookie', 'b=2')
    return response
  }
  expect((await sent(app)).match(/^set-cookie: .*$/gm)).toEqual([
    'set-cookie: a=1; Expires=Wed, 09 Jun 2021 10:18:14 GMT',
    'set-cookie: b=2',
  ])
  const untouched = reply('x', {
    headers: [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
  })
  expect((await sent(() => untouched)).match(/^set-cookie: .*$/gm)).toHaveLength(2)
})

test('S26: field values go out as Latin-1, whatever the body is', async () => {
  for (const body of ['ascii', 'héllo €', bytes('bytes')]) {
    expect(await sent(() => reply(body, { headers: { 'x-a': 'caf\xe9' } }))).toMatch(/\r\nx-a: caf\xe9\r\n/)
  }
  expect(await sent(() => new Response(streamOf(bytes('x')), { headers: { 'x-a': 'caf\xe9' } }))).toMatch(
    /\r\nx-a: caf\xe9\r\n/,
  )
})

test('S26: a reason goes out as Latin-1 before a body that is not', async () => {
  const response = new Response(null, { statusText: 'caf\xe9' })
  expect(await sent(() => reply('€', response))).toMatch(/^HTTP\/1\.1 200 caf\xe9\r\n/)
})

test('S23: a string that is not Latin-1 arrives whole, short or long', async () => {
  for (const text of ['€', '€'.repeat(1365), '€'.repeat(1366), `${'x'.repeat(100_000)}€`]) {
    const response = await sent(() => reply(text))
    const [head, body] = response.split('\r\n\r\n') as [string, string]
    expect(Buffer.from(body, 'latin1').toString()).toBe(text)
    expect(head).toContain(`\r\ncontent-length: ${Buffer.byteLength(text)}`)
  }
})

test('S26: one Date, the app’s if it has one', async () => {
  expect((await sent(() => reply('x'))).match(/^date: .* GMT$/gim)).toHaveLength(1)
  expect((await sent(() => reply('x', { headers: { date: 'then' } }))).match(/^date: .*$/gim)).toEqual(['date: then'])
})

test('status and reason go out as they are', async () => {
  expect(await sent(() => reply('x', { status: 299 }))).toMatch(/^HTTP\/1\.1 299 /)
  expect(await sent(() => reply('x', { status: 418 }))).toMatch(/^HTTP\/1\.1 418 I'm a Teapot\r\n/)
  expect(await sent(() => reply('x', { status: 599, statusText: 'My Own' }))).toMatch(/^HTTP\/1\.1 599 My Own\r\n/)
})

test('S19: immutable responses are sent as they are', async () => {
  expect(await sent(() => Response.redirect('http://h/x', 302))).toMatch(
    /^HTTP\/1\.1 302 Found\r\n(?:.+\r\n)*location: http:\/\/h\/x\r\n/,
  )
  const inner = await testServer(
    () => new Response(streamOf(bytes('in'), bytes('ner')), { headers: { 'x-inner': '1' } }),
  )
  const response = await sent(() => fetch(inner.url))
  expect(response).toMatch(/\r\nx-inner: 1\r\n/)
  expect(response).toMatch(/inner\r\n0\r\n\r\n$|2\r\nin\r\n3\r\nner\r\n0\r\n\r\n$/)
})

test('S18: a Response of another realm is sent', async () => {
  const foreign = (): Response => {
    const fields = new Map([
      ['x-a', '1'],
      ['set-cookie', 'a=1, b=2'],
    ])
    const headers = Object.assign(runInNewContext('new Map()') as Map<string, string>, {
      getSetCookie: () => ['a=1', 'b=2'],
      [Symbol.iterator]: () => fields[Symbol.iterator](),
    })
    return {
      status: 201,
      statusText: '',
      headers,
      body: streamOf(bytes('foreign')),
      bodyUsed: false,
    } as unknown as Response
  }
  const response = await sent(foreign)
  expect(response).toMatch(
    /^HTTP\/1\.1 201 Created\r\n(?:.+\r\n)*x-a: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n[^]*foreign/,
  )
})

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('secret')
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret'))],
  ['returns undefined', () => undefined],
  ['returns a string', async () => 'secret'],
  ['returns Response.error()', () => Response.error()],
  [
    'returns a used body',
    async () => {
      const response = new Response('secret')
      await response.text()
      return response
    },
  ],
  [
    'returns a locked body',
    () => {
      const response = new Response('secret')
      response.body!.getReader()
      return response
    },
  ],
  ['sets a control character', () => new Response('secret', { headers: { 'x-a': 'a\x01b' } })],
])('S27: an app that %s is answered for with a plain 500, reported once', async (_, app) => {
  const server = await testServer(app as App)
  const response = await server.exchange(get)
  expect(response).toMatch(
    /^HTTP\/1\.1 500 Internal Server Error\r\n[^]*\r\n(?:16\r\n)?Internal Server Error\n(?:\r\n0\r\n\r\n)?$/,
  )
  expect(response).not.toContain('secret')
  expect(server.reported).toHaveLength(1)
})

test('S27: a body that fails after a chunk is broken off', async () => {
  let step = 0
  const failing = (): ReadableStream =>
    new ReadableStream({
      pull(controller) {
        if (step++ === 0) controller.enqueue(bytes('first'))
        else throw new Error('broken')
      },
    })
  for (const request of [head('GET / HTTP/1.1', 'Host: h'), head('GET / HTTP/1.0')]) {
    step = 0
    let outcome: Outcome | undefined
    const server = await testServer((_, context) => {
      context.defer((given) => void (outcome = given))
      return new Response(failing())
    })
    const client = server.client().send(request)
    const response = await client.untilClosed()
    expect(response).not.toContain('0\r\n\r\n')
    if (request.includes('1.1')) expect(response).toContain('first')
    else expect(client.ended).toBe('ECONNRESET')
    expect(server.reported).toEqual([expect.objectContaining({ message: 'broken' })])
    expect(outcome).toEqual({ status: 200, aborted: true, error: server.reported[0] })
  }
})

test('S27: a chunk that is not bytes is an error', async () => {
  const cancel = vi.fn()
  const server = await testServer(() => new Response(new ReadableStream({ pull: (c) => c.enqueue('text'), cancel })))
  expect(await server.client().send(head('GET / HTTP/1.1', 'Host: h')).untilClosed()).not.toContain('0\r\n\r\n')
  expect(String(server.reported)).toMatch(/\[fsgi S27\] a chunk of the body is string, not a Uint8Array/)
  expect(cancel).toHaveBeenCalledTimes(1)
})

test('S20: the head arrives before the first chunk', async () => {
  let controller: ReadableStreamDefaultController | undefined
  const server = await testServer(() => new Response(new ReadableStream({ start: (c) => void (controller = c) })))
  const client = server.client().send(get)
  await client.until('\r\n\r\n')
  controller!.enqueue(bytes('one'))
  await client.until('3\r\none\r\n')
  controller!.enqueue(bytes('two'))
  await client.until('3\r\ntwo\r\n')
  controller!.close()
  expect(await client.untilClosed()).toMatch(/0\r\n\r\n$/)
})

test('S26: a head that goes alone is Latin-1 as well', async () => {
  const waiting = new ReadableStream({ pull: () => new Promise(() => {}) })
  const server = await testServer(() => new Response(waiting, { headers: { 'x-name': 'café' } }))
  const client = server.client().send(get)
  expect(await client.until('\r\n\r\n')).toContain('x-name: café\r\n')
  client.destroy()
})

test('S20, S27: of a body that fails at once the head arrives', async () => {
  const failing = new ReadableStream({ pull: () => Promise.reject(new Error('at once')) })
  const server = await testServer(() => new Response(failing, { status: 201 }))
  expect(await server.exchange(get)).toMatch(/^HTTP\/1\.1 201 Created\r\n[^]*\r\n\r\n$/)
  expect(server.reported).toHaveLength(1)
})

test('S20: what is at hand goes out with the head', async () => {
  const server = await testServer(() => new Response(streamOf(bytes('one'))))
  const packets: string[] = []
  const client = server.client()
  client.socket.on('data', (chunk) => packets.push(chunk.toString()))
  client.send(get)
  await client.untilClosed()
  expect(packets[0]).toContain('one')
})

test('S21: a client that does not read stops the producer, and its leaving cancels it', async () => {
  let pulled = 0
  let reason: unknown
  let outcome: Outcome | undefined
  const server = await testServer((_, context) => {
    context.defer((given) => void (outcome = given))
    return new Response(
      new ReadableStream(
        {
          pull: (controller) => controller.enqueue(new Uint8Array(++pulled && 65536)),
          cancel: (given) => void (reason = given),
        },
        { highWaterMark: 0 },
      ),
    )
  })
  const client = server.client()
  client.socket.pause()
  client.send(get)
  let before = 0
  await later(() => pulled > 0 && before === (before = pulled))
  expect(pulled).toBeLessThan(400)
  client.destroy()
  await later(() => outcome !== undefined)
  expect(outcome).toEqual({ status: 200, aborted: true, error: reason })
  expect(String(reason)).toBe('AbortError: the client closed the connection')
  expect(server.reported).toEqual([])
})

test('S28: pipelined requests are answered in order', async () => {
  const server = await testServer(async (request) => {
    if (request.url.endsWith('/slow')) await new Promise((resolve) => setTimeout(resolve, 30))
    return request.url.endsWith('/big')
      ? new Response(streamOf(new Uint8Array(300_000).fill(98), new Uint8Array(300_000).fill(98)))
      : reply(request.url.slice(-2))
  })
  const response = await server.exchange(
    ['/slow', '/big', '/1'].map((path) => head(`GET ${path} HTTP/1.1`, 'Host: h')).join('') +
      head('GET /2 HTTP/1.1', 'Host: h', 'Connection: close'),
  )
  expect(response.replace(/b{2,}/g, 'B')).toMatch(/ow[^]*B[^]*0\r\n\r\n[^]*\/1[^]*\/2$/)
})

test('connections are kept and closed as the client asks', async () => {
  const server = await testServer(() => reply('x'))
  const client = server.client().send(head('GET / HTTP/1.1', 'Host: h'))
  await client.until(/x$/)
  client.send(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))
  expect((await client.untilClosed()).match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  expect(await server.exchange(head('GET / HTTP/1.0'))).toMatch(/x$/)
  const kept = server.client().send(head('GET / HTTP/1.0', 'Connection: keep-alive'))
  await kept.until(/x$/)
  expect(await kept.send(head('GET / HTTP/1.0')).untilClosed()).toMatch(/x[^]*x$/)
})

test('the plain answer that core makes is sent', async () => {
  expect(await sent(() => errorResponse(503, 'Later'))).toMatch(/^HTTP\/1\.1 503 [^]*Later\n/)
})

test('S12, S14: a client that will send nothing more gets its whole answer, or is one that has left', async () => {
  for (let turns = 0; turns < 8; turns++) {
    for (const make of [() => reply('whole'), () => new Response(streamOf(bytes('whole')))]) {
      let called = false
      let go = (): void => {}
      let outcome: Outcome | undefined
      const server = await testServer(async (_request, context) => {
        context.defer((end) => void (outcome = end))
        called = true
        await new Promise<void>((resolve) => (go = resolve))
        return make()
      })
      const client = server.client().send(head('GET / HTTP/1.1', 'Host: h'))
      await later(() => called)
      client.socket.end()
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      go()
      const received = await client.untilClosed()
      await later(() => outcome !== undefined)
      const arrived = received.includes('whole')
      expect([turns, outcome]).toEqual([
        turns,
        { status: arrived ? 200 : null, aborted: !arrived, error: arrived ? undefined : expect.anything() },
      ])
    }
  }
})
