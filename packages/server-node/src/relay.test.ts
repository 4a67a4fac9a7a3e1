import { reply } from '@fsgi/core'
import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RawClient } from './fixtures/raw-client.ts'
import { head, testServer } from './fixtures/test-server.ts'
import { later } from './fixtures/later.ts'
import { exchangeName, relay, serveRelay } from './relay.ts'
import type { App, Entry, Outcome } from '@fsgi/core'
import type { Server, ServeOptions } from './index.ts'
import type { TestServer } from './fixtures/test-server.ts'

const token = 'a-secret-that-both-know'

async function socketPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'fsgi-relay-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'back.sock')
}

async function pair(
  entry: Entry,
  options: ServeOptions = {},
): Promise<{ front: TestServer; back: Server; socket: string; reported: unknown[] }> {
  const socket = await socketPath()
  const reported: unknown[] = []
  const back = await serveRelay(entry, { socket, token, report: (error) => reported.push(error) })
  onTestFinished(() => back.close({ limit: 100 }))
  return { front: await testServer(relay({ socket, token }), options), back, socket, reported }
}

const show: App = (request, context) =>
  reply.json({
    url: request.url,
    method: request.method,
    target: context.target,
    path: context.path,
    peer: context.peerAddress,
    remote: context.remoteAddress,
    local: context.localAddress,
    protocol: context.protocol,
    encrypted: context.encrypted,
    body: request.body === null ? 'null' : 'stream',
    informational: typeof context.sendInformational,
    fields: [...request.headers],
  })

/** What the app sees behind the relay, and without it. */
async function both(text: (port: number) => string, options: ServeOptions = {}): Promise<[string, string]> {
  const direct = await testServer(show, options)
  const { front } = await pair(show, options)
  const seen = async (server: TestServer): Promise<string> => {
    const client = server.client().send(text(server.port!))
    const response = await client.untilClosed()
    const body = response.slice(response.indexOf('\r\n\r\n') + 4)
    return body.replaceAll(/"port":\d+/g, '"port":0').replaceAll(`:${server.port}`, ':PORT')
  }
  return [await seen(front), await seen(direct)]
}

test.each<[string, (port: number) => string]>([
  [
    'a plain request',
    (port) =>
      head(
        'GET /a%20b/../c?d=%2C HTTP/1.1',
        `Host: localhost:${port}`,
        'X-A: 1',
        'X-A: 2',
        'Cookie: a=1',
        'Cookie: b=2',
        'Connection: close',
      ),
  ],
  ['HTTP/1.0 without Host', () => head('GET /x HTTP/1.0')],
  ['an absolute target', () => head('GET http://other.example:81/x?y HTTP/1.1', 'Host: h', 'Connection: close')],
  ['a POST without body', () => head('POST / HTTP/1.1', 'Host: h', 'Connection: close')],
  ['a POST with an empty body', () => head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 0', 'Connection: close')],
  [
    'a DELETE with a body',
    () => `${head('DELETE / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Connection: close')}abc`,
  ],
  ['a GET with a body', () => `${head('GET / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Connection: close')}abc`],
  [
    'a GET with chunks',
    () => `${head('GET / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', 'Connection: close')}1\r\na\r\n0\r\n\r\n`,
  ],
  ['an Expect without body', () => head('GET / HTTP/1.1', 'Host: h', 'Content-Length: 0', 'Connection: close')],
  ['a dot segment and a backslash', () => head('GET /a/.b/../%5Cc HTTP/1.1', 'Host: h', 'Connection: close')],
  ['a Latin-1 field', () => head('GET / HTTP/1.1', 'Host: h', 'X-A: caf\xe9', 'Connection: close')],
  [
    'a Latin-1 field with a body',
    () => `${head('POST / HTTP/1.1', 'Host: h', 'X-A: caf\xe9', 'Content-Length: 3', 'Connection: close')}abc`,
  ],
  ['an Upgrade', () => head('GET / HTTP/1.1', 'Host: h', 'Upgrade: websocket', 'Connection: close, upgrade')],
  [
    'a field that only the front may write',
    () => head('GET / HTTP/1.1', 'Host: h', `X-FSGI-Relay: ${token} e30`, 'Connection: close'),
  ],
])('the app behind the relay sees %s as if there were none', async (_, text) => {
  const [behind, direct] = await both(text)
  const without = direct.replace(/,\["x-fsgi-relay","[^"]*"\]/, '')
  expect(JSON.parse(behind)).toEqual(JSON.parse(without))
})

test('what a trusted proxy says to the front is what the app behind sees', async () => {
  const [behind, direct] = await both(
    () =>
      head(
        'GET / HTTP/1.1',
        'Host: h',
        'X-Forwarded-For: 1.2.3.4',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: site',
        'Connection: close',
      ),
    { trustProxy: ['127.0.0.1'] },
  )
  expect(behind).toBe(direct)
  expect(JSON.parse(behind)).toMatchObject({
    url: 'https://site/',
    remote: { address: '1.2.3.4' },
    peer: { address: '127.0.0.1' },
  })
})

test('responses arrive as they were made', async () => {
  const { front, reported } = await pair((request) => {
    const status = Number(new URL(request.url).pathname.slice(1))
    const headers: [string, string][] = [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-a', 'caf\xe9'],
    ]
    if (status === 204 || status === 304) return reply(null, { status, headers })
    return reply('héllo', { status, statusText: 'My Own', headers })
  })
  for (const status of [200, 204, 304, 404, 503]) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const response = await front.exchange(head(`${method} /${status} HTTP/1.1`, 'Host: h', 'Connection: close'))
      expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(response.match(/^set-cookie: .*$/gm)).toEqual(['set-cookie: a=1', 'set-cookie: b=2'])
      expect(response).toContain('x-a: caf\xe9\r\n')
      expect(response.match(/^date: /gim)).toHaveLength(1)
      const hasBody = method !== 'HEAD' && status !== 204 && status !== 304
      expect(response.endsWith('\r\n\r\nh\xc3\xa9llo')).toBe(hasBody)
      if (status === 200) expect(response).toMatch(/\r\ncontent-length: 6\r\n/)
    }
  }
  expect([...reported, ...front.reported]).toEqual([])
})

test('bodies stream in both directions', async () => {
  const { front } = await pair((request) => new Response(request.body))
  const client = front.client().send(head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked'))
  await client.until('\r\n\r\n')
  client.send('3\r\none\r\n')
  await client.until('3\r\none\r\n')
  client.send('3\r\ntwo\r\n0\r\n\r\n')
  expect(await client.until('0\r\n\r\n')).toMatch(/3\r\ntwo\r\n0\r\n\r\n$/)
})

test('large bodies arrive whole', async () => {
  const { front } = await pair(async (request) => reply(new Uint8Array(await request.arrayBuffer())))
  const bytes = new Uint8Array(5_000_000).map((_, index) => index % 251)
  const answer = await fetch(front.url, { method: 'POST', body: bytes })
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
})

test('S7: the client is asked for its body when the app behind reads it, and not before', async () => {
  let read: (() => void) | undefined
  const { front } = await pair(async (request) => {
    await new Promise<void>((resolve) => (read = resolve))
    return reply(`${await request.text()} ${request.headers.get('expect')}`)
  })
  const client = front.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Expect: 100-continue'))
  await later(() => read !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(client.received).toBe('')
  read!()
  await client.until('HTTP/1.1 100 Continue\r\n\r\n')
  client.send('abc')
  expect(await client.until(/abc 100-continue$/)).toContain('HTTP/1.1 200 OK')
})

test('a body that the app behind does not read is not asked for', async () => {
  const pulled = vi.fn()
  const { socket } = await pair(() => reply('no', { status: 403 }))
  const server = await testServer((request, context) => {
    const body = new ReadableStream({ pull: pulled }, { highWaterMark: 0 })
    return relay({ socket, token })(
      new Request(request.url, { method: 'POST', body, duplex: 'half' } as RequestInit),
      context,
    )
  })
  expect((await fetch(server.url)).status).toBe(403)
  expect(pulled).not.toHaveBeenCalled()
})

test('S8: an upload that a response which comes in pieces leaves unread does not cut it off', async () => {
  const { front } = await pair(() => {
    const pieces = ['one', 'two']
    const pull = async (controller: ReadableStreamDefaultController): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(piece))
    }
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))
  })
  for (let time = 0; time < 30; time++) {
    const body = new Uint8Array(200_000)
    expect(await (await fetch(front.url, { method: 'POST', body })).text()).toBe('onetwo')
  }
})

test('S8: an unread upload does not disturb the next request', async () => {
  const { front } = await pair((request) => reply(new URL(request.url).pathname))
  const client = front
    .client()
    .send(`${head('POST /a HTTP/1.1', 'Host: h', 'Content-Length: 100000')}${'x'.repeat(100_000)}`)
  await client.until(/\/a$/)
  expect(await client.send(head('GET /b HTTP/1.1', 'Host: h', 'Connection: close')).untilClosed()).toMatch(/\/b$/)
})

test('S39: informational responses pass', async () => {
  const { front } = await pair((_, context) => {
    context.sendInformational!(103, { link: '</a>' })
    return reply('x')
  })
  const response = await front.exchange(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))
  expect(response).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
})

test('S20: the head arrives before the first chunk', async () => {
  let controller: ReadableStreamDefaultController | undefined
  const { front } = await pair(() => new Response(new ReadableStream({ start: (given) => void (controller = given) })))
  const client = front.client().send(head('GET / HTTP/1.1', 'Host: h'))
  await client.until('\r\n\r\n')
  controller!.enqueue(new TextEncoder().encode('x'))
  await client.until('1\r\nx\r\n')
})

test.each(['before the answer', 'during the body'])(
  'S12: the app behind learns that the client has left %s',
  async (when) => {
    let outcome: Outcome | undefined
    let began = false
    const { front, reported } = await pair(async (_, context) => {
      context.defer((given) => void (outcome = given))
      began = true
      if (when === 'before the answer')
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
      return new Response(new ReadableStream())
    })
    const client = front.client().send(head('GET / HTTP/1.1', 'Host: h'))
    await (when === 'before the answer' ? later(() => began) : client.until('\r\n\r\n'))
    client.destroy()
    await later(() => outcome !== undefined)
    expect(outcome).toMatchObject({ aborted: true })
    expect([...reported, ...front.reported]).toEqual([])
  },
)

test('S12: a request whose client has left before it was passed on does not reach the app behind', async () => {
  const app = vi.fn<App>(() => reply('called'))
  const { socket } = await pair(app)
  let outcome: Promise<unknown> | undefined
  const front = await testServer((request, context) => {
    const left = new Promise((resolve) => context.signal.addEventListener('abort', resolve))
    outcome = left.then(() => relay({ socket, token })(request, context))
    return outcome as Promise<Response>
  })
  const client = front.client().send(head('GET / HTTP/1.1', 'Host: h'))
  await later(() => outcome !== undefined)
  client.destroy()
  await expect(outcome).rejects.toMatchObject({ name: 'AbortError' })
  expect(app).not.toHaveBeenCalled()
  expect(front.reported).toEqual([])
})

test('S6: a truncated upload fails behind the relay as well', async () => {
  let error: unknown
  let called = false
  const { front } = await pair(async (request) => {
    called = true
    error = await request.text().catch((reason: unknown) => reason)
    return reply('')
  })
  const client = front.client().send(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 10')}abc`)
  await later(() => called)
  client.destroy()
  await later(() => error !== undefined)
  expect((error as Error).name).toBe('AbortError')
})

test('S21: a client that does not read stops the producer behind', async () => {
  let pulled = 0
  const { front } = await pair(
    () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(++pulled && 65536)) })),
  )
  const client = front.client()
  client.socket.pause()
  client.send(head('GET / HTTP/1.1', 'Host: h'))
  let before = 0
  await later(() => pulled > 0 && before === (before = pulled))
  expect(pulled).toBeLessThan(800)
})

test('S27: a body that fails behind is broken off in front', async () => {
  let step = 0
  const { front, reported } = await pair(
    () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            if (step++ === 0) controller.enqueue(new TextEncoder().encode('first'))
            else throw new Error('broken')
          },
        }),
      ),
  )
  const response = await front.client().send(head('GET / HTTP/1.1', 'Host: h')).untilClosed()
  expect(response).toContain('first')
  expect(response).not.toContain('0\r\n\r\n')
  expect(String(reported)).toBe('Error: broken')
  expect(String(front.reported)).toMatch(/broke off in the middle of its answer/)
  expect(front.reported).toMatchObject([{ name: 'RelayError', code: 'RELAY_CUT' }])
})

test.each([
  ['before its first chunk', () => new ReadableStream({ pull: () => Promise.reject(new Error('broken')) })],
  [
    'as soon as it is there',
    () => new ReadableStream({ start: (controller) => controller.error(new Error('broken')) }),
  ],
  ['with a chunk that is not bytes', () => new ReadableStream({ start: (controller) => controller.enqueue('text') })],
])('S27: a body that fails behind %s is broken off in front, and not a 500', async (_, body) => {
  const outcomes: Outcome[] = []
  const { front, reported } = await pair((_request, { defer }) => {
    defer((outcome) => void outcomes.push(outcome))
    return new Response(body())
  })
  for (let time = 1; time <= 20; time++) {
    const response = await front
      .client()
      .send(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))
      .untilClosed()
    expect(response).toMatch(/^(HTTP\/1\.1 200 OK\r\n|$)/) // the end may overtake the head
    expect(response).not.toContain('0\r\n\r\n')
    expect(outcomes.at(-1)).toMatchObject({ status: 200, aborted: true })
    await later(() => front.reported.length === time)
    expect(front.reported.at(-1)).toMatchObject({ code: 'RELAY_CUT' })
    expect(reported).toHaveLength(time)
  }
})

test('a back that does not listen, and one that breaks off, are told apart', async () => {
  const socket = await socketPath()
  const errors: unknown[] = []
  const front = await testServer(async (request, context) => {
    try {
      return await relay({ socket, token })(request, context)
    } catch (error) {
      errors.push((error as { code: string }).code)
      return reply('starting', { status: 503 })
    }
  })
  expect((await fetch(front.url)).status).toBe(503)
  expect((await fetch(front.url, { method: 'POST', body: 'abc' })).status).toBe(503)
  const rude = createServer((connection) => connection.on('data', () => connection.destroy())).listen(socket)
  onTestFinished(() => void rude.close())
  await new Promise((resolve) => rude.once('listening', resolve))
  expect((await fetch(front.url)).status).toBe(503)
  expect(errors).toEqual(['RELAY_REFUSED', 'RELAY_REFUSED', 'RELAY_BROKEN'])
})

test('the back answers 403 to whoever has not the token, without calling the app', async () => {
  const app = vi.fn<App>(() => reply('called'))
  const { back } = await pair(app)
  for (const field of [
    'X: y',
    'X-FSGI-Relay: wrong e30',
    `X-FSGI-Relay: ${token}`,
    `X-FSGI-Relay: ${token} e30`,
    `X-FSGI-Relay: ${token} !`,
  ]) {
    const client = new RawClient(back).send(head('GET / HTTP/1.1', 'Host: h', field, 'Connection: close'))
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 403 /)
  }
  expect(app).not.toHaveBeenCalled()
})

test('the socket is the owner’s only, from the moment that it is there', async () => {
  const before = process.umask(0)
  onTestFinished(() => void process.umask(before))
  const socket = await socketPath()
  const modes = new Set<number>()
  let listens = false
  const started = serveRelay(() => reply(''), { socket, token }).finally(() => (listens = true))
  while (!listens) {
    const found = statSync(socket, { throwIfNoEntry: false })
    if (found !== undefined) modes.add(found.mode & 0o777)
    await new Promise((resolve) => process.nextTick(resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const back = await started
  onTestFinished(() => back.close())
  expect(modes.add(statSync(socket).mode & 0o777)).toEqual(new Set([0o600]))
  expect(process.umask()).toBe(0)
})

test('a token that is too short, or cannot be sent, is refused', async () => {
  for (const bad of ['short', 'with a space in it all', undefined as unknown as string]) {
    expect(() => relay({ socket: '/x', token: bad })).toThrow("option 'token' must be")
    await expect(serveRelay(() => reply(''), { socket: '/x', token: bad })).rejects.toThrow("option 'token' must be")
  }
})

test("the front's name for an exchange reaches the back with its context alone, whatever it is made of", async () => {
  const socket = await socketPath()
  const seen: unknown[] = []
  const app: App = (request, context) => {
    seen.push(exchangeName(context), exchangeName(context.with<{}>({ a: 1 })))
    return show(request, context)
  }
  const back = await serveRelay(app, { socket, token })
  onTestFinished(() => back.close({ limit: 100 }))
  const names = ['12@3.5', 'ÿ€ "\r\n', undefined]
  const front = await testServer(relay({ socket, token, nameExchange: () => names.shift() }))
  const bodies: string[] = []
  for (let i = 0; i < 3; i++) bodies.push(await (await fetch(front.url)).text())
  expect(seen).toEqual(['12@3.5', '12@3.5', 'ÿ€ "\r\n', 'ÿ€ "\r\n', undefined, undefined])
  expect(bodies[0]).not.toMatch(/12@|relay/)
  expect(new Set(bodies.map((body) => body.replaceAll(/"port":\d+/g, ''))).size).toBe(1)
})

test('where an exchange did not come over the relay, it has no name', async () => {
  const seen: unknown[] = []
  const server = await testServer((_request, context) => {
    seen.push(exchangeName(context))
    return reply('x')
  })
  await fetch(server.url, { headers: { 'x-fsgi-relay': `${token} e30` } })
  expect(seen).toEqual([undefined])
  expect(exchangeName({} as never)).toBeUndefined()
})
