import { reply } from '@fsgi/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { brokenChunks, brokenHeads } from './fixtures/broken-framing.ts'
import { one } from './fixtures/certificates.ts'
import { isAtRest, leaveEverywhere } from './fixtures/leave-everywhere.ts'
import { leaveAt, pointsOfLeaving } from './fixtures/points-of-leaving.ts'
import { heap, observedApp } from './fixtures/observed-app.ts'
import { RawClient } from './fixtures/raw-client.ts'
import { head, testServer } from './fixtures/test-server.ts'
import { later } from './fixtures/later.ts'
import type { App, Outcome } from '@fsgi/core'

const get = head('GET / HTTP/1.1', 'Host: h')
const smuggled = head('GET /smuggled HTTP/1.1', 'Host: h')
const statuses = (received: string): string[] => received.match(/HTTP\/1\.1 \d+/g) ?? []

/** Notes what it was called with, and how the body ended. */
function noting(calls: string[]): App {
  return async (request) => {
    const call = calls.push(new URL(request.url).pathname) - 1
    await request.text().catch((error: Error) => (calls[call] += ` failed: ${error.name}`))
    return reply('answer')
  }
}

test.each(brokenHeads)('S9: %s is refused, and nothing after it is processed', async (_, text, status) => {
  const calls: string[] = []
  const server = await testServer(noting(calls))
  const received = await server.exchange(text + smuggled)
  expect(statuses(received)).toEqual([`HTTP/1.1 ${status}`])
  expect(received).toMatch(/\r\nconnection: close\r\n/i)
  expect([...calls, ...server.reported]).toEqual([])
})

test.each(brokenChunks)('S9: %s fails the body, and nothing after it is processed', async (_, text, status) => {
  const calls: string[] = []
  const server = await testServer(noting(calls))
  const received = await server.exchange(text + smuggled)
  expect(statuses(received)).toEqual([`HTTP/1.1 ${status}`])
  expect(received).toMatch(/\r\nconnection: close\r\n/i)
  await server.close({ limit: 5_000 }) // the app has ended
  expect(calls).toEqual(['/first failed: AbortError'])
  expect(server.reported).toEqual([])
})

test('S9: what the app answers to a body that broke off is not sent after the 400', async () => {
  const server = await testServer(async (request) => reply(await request.text().catch(() => 'second answer')))
  const client = server.client().send(`${head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked')}zz\r\n`)
  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\nBad Request\n$/)
})

test.each([
  ['garbage', 'garbage', 501],
  ['a broken head', 'GET / HTTP/1.1\r\nHost : h\r\n\r\n', 400],
  ['a head that is too long', head('GET / HTTP/1.1', 'Host: h', `X: ${'a'.repeat(20_000)}`), 431],
  ['a refused coding', head('POST / HTTP/1.1', 'Host: h', 'Transfer-Encoding: gzip, chunked'), 501],
])('S9: %s is answered after what was asked before it', async (_, broken, status) => {
  const answers: (() => void)[] = []
  const server = await testServer(async (request) => {
    await new Promise<void>((resolve) => answers.push(resolve))
    return reply(new URL(request.url).pathname)
  })
  const client = server.client()
  client.send(`${head('GET /a HTTP/1.1', 'Host: h')}${head('GET /b HTTP/1.1', 'Host: h')}${broken}\r\n\r\n${smuggled}`)
  await later(() => answers.length === 2)
  client.send(smuggled)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(client.received).toBe('')
  for (const answer of answers) answer()
  expect(statuses(await client.untilClosed())).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', `HTTP/1.1 ${status}`])
  expect(client.received).toMatch(/\/a.*[^]*\/b/)
  expect(answers).toHaveLength(2)
})

test('what follows a request with Connection: close is not processed, and does not cost it its answer', async () => {
  const calls: string[] = []
  const server = await testServer(noting(calls))
  for (const rest of [smuggled, '\r\n', 'garbage']) {
    const received = await server.exchange(head('GET /first HTTP/1.1', 'Host: h', 'Connection: close') + rest)
    expect(received).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nanswer$/)
  }
  expect(calls).toEqual(['/first', '/first', '/first'])
})

test('S4: a request that would like another protocol is the last on its connection', async () => {
  const server = await testServer(() => reply('answer'))
  const received = await server.exchange(
    head('GET / HTTP/1.1', 'Host: h', 'Connection: Upgrade', 'Upgrade: h2c') + smuggled,
  )
  expect(received).toMatch(/^HTTP\/1\.1 200 (?:.*\r\n)*connection: close\r\n(?:.*\r\n)*\r\nanswer$/i)
})

test.each<[string, string, number]>([
  ['one long field', head('GET / HTTP/1.1', 'Host: h', `X: ${'a'.repeat(1_000_000)}`), 431],
  ['many fields', head('GET / HTTP/1.1', 'Host: h', ...Array<string>(100_000).fill('X: a')), 431],
  ['a long name', head('GET / HTTP/1.1', 'Host: h', `${'a'.repeat(1_000_000)}: a`), 431],
  ['a long target', head(`GET /${'a'.repeat(1_000_000)} HTTP/1.1`, 'Host: h'), 414],
])('S9: a head with %s is refused, and the client gets to read that', async (_, text, status) => {
  const calls: string[] = []
  const server = await testServer(noting(calls))
  const client = server.client().send(text + smuggled)
  expect(statuses(await client.untilClosed())).toEqual([`HTTP/1.1 ${status}`])
  expect([...calls, ...server.reported]).toEqual([])
})

test('a slow head is 408, and is not processed when it comes after all', async () => {
  const calls: string[] = []
  const server = await testServer(noting(calls), { timeouts: { headers: 50, request: 50 } })
  const client = server.client().send('GET / HTTP/1.1\r\nHost: h\r\n')
  expect(await client.until('Request Timeout\n')).toMatch(/^HTTP\/1\.1 408 /)
  client.send(`\r\n${smuggled}`)
  await client.untilClosed()
  expect(statuses(client.received)).toEqual(['HTTP/1.1 408'])
  expect(calls).toEqual([])
})

test('S12: a slow body is 408, and aborts with a TimeoutError', async () => {
  const calls: string[] = []
  const server = await testServer(noting(calls), { timeouts: { headers: 50, request: 50 } })
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 9'))
  for (const byte of 'abc') client.send(byte)
  expect(statuses(await client.untilClosed())).toEqual(['HTTP/1.1 408'])
  expect(calls).toEqual(['/ failed: TimeoutError'])
  expect(server.reported).toEqual([])
})

test('a slow second head does not cost the first request its answer', async () => {
  let answer: (() => void) | undefined
  const server = await testServer(() => new Promise<Response>((resolve) => (answer = () => resolve(reply('answer')))), {
    timeouts: { headers: 50, request: 50 },
  })
  const client = server.client().send(`${get}GET / HTTP/1.1\r\n`)
  await later(() => answer !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(client.received).toBe('')
  answer!()
  expect(statuses(await client.untilClosed())).toEqual(['HTTP/1.1 200', 'HTTP/1.1 408'])
})

test('100 pipelined requests with and without bodies, read and unread, are answered in order', async () => {
  const warnings: Error[] = []
  const warned = (warning: Error): void => void warnings.push(warning)
  process.on('warning', warned)
  onTestFinished(() => void process.removeListener('warning', warned))
  const server = await testServer(async (request) => {
    const number = Number(new URL(request.url).pathname.slice(1))
    if (number % 3 === 0) await new Promise((resolve) => setTimeout(resolve, number % 7))
    const text = number % 5 === 0 ? 'unread' : await request.text()
    return number % 2 === 0 ? reply(`<${number} ${text}>`) : new Response(new Blob([`<${number} ${text}>`]).stream())
  })
  const numbers = Array.from({ length: 100 }, (_, number) => number)
  const client = server.client()
  client.send(numbers.map((number) => request(number)).join(''))
  const received = await client.until(/<99 [^>]*>/)
  const expected = numbers.map((number) => `<${number} ${number % 5 === 0 ? 'unread' : bodyOf(number)}>`)
  expect(received.match(/<\d+ [^>]*>/g)).toEqual(expected)
  expect(statuses(received)).toEqual(Array(100).fill('HTTP/1.1 200'))
  await new Promise((resolve) => setImmediate(resolve))
  expect([...server.reported, ...warnings]).toEqual([])

  function bodyOf(number: number): string {
    return number % 4 === 0 ? '' : 'x'.repeat(number * 10)
  }
  function request(number: number): string {
    const body = bodyOf(number)
    if (body === '') return head(`GET /${number} HTTP/1.1`, 'Host: h')
    if (number % 4 === 1)
      return `${head(`POST /${number} HTTP/1.1`, 'Host: h', `Content-Length: ${body.length}`)}${body}`
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    return `${head(`PUT /${number} HTTP/1.1`, 'Host: h', 'Transfer-Encoding: chunked')}${chunks}`
  }
})

test.each(['http', 'https', 'a Unix socket'])(
  'S12: a client that does not read a stream is given up, with a TimeoutError, over %s',
  async (transport) => {
    const outcomes: Outcome[] = []
    const cancelled = vi.fn()
    const directory = await mkdtemp(join(tmpdir(), 'fsgi-server-node-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const server = await testServer(
      (_, context) => {
        context.defer((outcome) => void outcomes.push(outcome))
        const pull = (controller: ReadableStreamDefaultController): void => controller.enqueue(new Uint8Array(65_536))
        return new Response(new ReadableStream({ pull, cancel: cancelled }))
      },
      {
        timeouts: { send: 50 },
        ...(transport === 'https' ? { tls: one } : {}),
        ...(transport === 'a Unix socket' ? { socket: join(directory, 'x.sock') } : {}),
      },
    )
    const client = server.client().send(get)
    await client.until('\r\n\r\n')
    client.socket.pause()
    await later(() => outcomes.length === 1)
    expect(outcomes[0]).toMatchObject({ status: 200, aborted: true, error: { name: 'TimeoutError' } })
    expect(cancelled.mock.calls).toEqual([[outcomes[0]!.error]])
    client.socket.resume()
    await client.untilClosed()
    expect(client.received).not.toMatch(/\r\n0\r\n\r\n$/)
    expect(server.reported).toEqual([])
  },
)

test('a client that does not read known bytes is given up', async () => {
  const server = await testServer(() => reply(new Uint8Array(30_000_000)), { timeouts: { send: 50 } })
  const client = server.client()
  client.socket.pause()
  client.send(get)
  await later(() => client.socket.bytesWritten > 0)
  await new Promise((resolve) => setTimeout(resolve, 1000)) // the end cannot be seen by who does not read
  client.socket.resume()
  expect((await client.untilClosed()).length).toBeLessThan(30_000_000)
  expect(server.reported).toEqual([])
})

test('a client that reads slowly, but reads, gets all', async () => {
  const server = await testServer(
    (request) =>
      request.url.endsWith('/known')
        ? reply(new Uint8Array(12_000_000))
        : new Response(new Blob([new Uint8Array(12_000_000)]).stream()),
    { timeouts: { send: 600 } },
  )
  for (const path of ['/known', '/stream']) {
    const client = server.client().send(head(`GET ${path} HTTP/1.1`, 'Host: h', 'Connection: close'))
    let size = 0
    client.socket.on('data', (chunk) => {
      if ((size += chunk.length) < 1_000_000) return
      size = 0
      client.socket.pause()
      setTimeout(() => client.socket.resume(), 80)
    })
    expect((await client.untilClosed()).length).toBeGreaterThan(12_000_000)
    expect(client.ended).toBe('end')
  }
})

test('a response that has nothing to send may wait, and so may a connection after a slow response', async () => {
  let controller: ReadableStreamDefaultController | undefined
  const server = await testServer(
    (request) =>
      request.url.endsWith('/quiet')
        ? new Response(new ReadableStream({ start: (given) => void (controller = given) }))
        : reply(new Uint8Array(20_000_000)),
    { timeouts: { send: 200, idle: 0 } },
  )
  const client = server.client()
  client.send(get)
  await client.until((received) => received.length > 20_000_000)
  await new Promise((resolve) => setTimeout(resolve, 400))
  client.send(head('GET /quiet HTTP/1.1', 'Host: h', 'Connection: close'))
  await later(() => controller !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 400))
  controller!.enqueue(new TextEncoder().encode('late'))
  controller!.close()
  expect(await client.untilClosed()).toMatch(/late\r\n0\r\n\r\n$/)
})

test('S27: a stream of HTTP/1.0 that fails is broken off, over a Unix socket as well', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fsgi-server-node-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  let fail = (): void => {}
  const server = await testServer(
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('first'))
            fail = () => controller.error(new Error('broken'))
          },
        }),
      ),
    { socket: join(directory, 'x.sock') },
  )
  const client = server.client().send(head('GET / HTTP/1.0'))
  await client.until('first')
  fail()
  await client.untilClosed()
  expect(server.reported.map(String)).toEqual(['Error: broken'])
})

test('a client that speaks plain HTTP to a TLS port is turned away', async () => {
  const server = await testServer(() => reply('x'), { tls: one })
  const client = new RawClient(server).send(get)
  await client.untilClosed()
  expect(server.reported).toEqual([])
  expect(await server.exchange(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/x$/)
})

test.each(Object.keys(pointsOfLeaving))('S14: a client that leaves %s is let go', async (point) => {
  const { app, report, observe } = observedApp()
  const server = await testServer(app, { report })
  const before = observe()
  await Promise.all(Array.from({ length: 10 }, () => leaveAt(point, server)))
  await later(() => isAtRest(observe(), before))
  expect(observe()).toMatchObject({ repeated: 0, reported: [] })
  expect(await server.exchange(head('GET /hello HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/hello$/)
})

test('500 exchanges that clients leave cost nothing', { timeout: 60_000 }, async () => {
  const rejections: unknown[] = []
  const rejected = (reason: unknown): void => void rejections.push(reason)
  process.on('unhandledRejection', rejected)
  onTestFinished(() => void process.removeListener('unhandledRejection', rejected))
  const { app, report, observe } = observedApp()
  const server = await testServer(app, { report })
  const before = observe()
  const heapBefore = heap()
  await leaveEverywhere(server, 500, 25)
  await later(() => isAtRest(observe(), before))
  const after = observe()
  expect([after.called > 400, after.repeated, after.reported, rejections]).toEqual([true, 0, [], []])
  expect(heap() - heapBefore).toBeLessThan(8 << 20) // of code and caches; the long form is stricter
})

test('500 idle connections are no burden to the others, and are let go', async () => {
  const { app, report, observe } = observedApp()
  const server = await testServer(app, { report })
  const before = observe()
  const text = head('GET /hello HTTP/1.1', 'Host: h')
  const idle = Array.from({ length: 500 }, () => server.client().send(text))
  await Promise.all(idle.map((client) => client.until(/hello$/)))
  for (let i = 0; i < 50; i++) expect(await (await fetch(`${server.url}/hello`)).text()).toBe('hello')
  expect(idle.every((client) => client.ended === undefined)).toBe(true)
  for (const client of idle) client.destroy()
  await later(() => observe().called === 550 && observe().deferred === 550)
  await server.close()
  await later(() => (observe().resources['TCPSocketWrap'] ?? 0) <= (before.resources['TCPSocketWrap'] ?? 0) + 2) // fetch's own
  expect(server.reported).toEqual([])
})

test('S36: close does not wait for responses that waited for their turn when the client left', async () => {
  const { app, report, observe } = observedApp()
  const server = await testServer(app, { report })
  const client = server.client().send(head('GET /wait HTTP/1.1', 'Host: h') + get.replace('/', '/hello').repeat(20))
  await later(() => observe().called === 21)
  client.socket.resetAndDestroy()
  await later(() => observe().deferred === 21)
  const start = performance.now()
  await server.close({ limit: 10_000 })
  expect(performance.now() - start).toBeLessThan(2_000)
})
