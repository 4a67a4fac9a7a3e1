import { reply } from '@fsgi/core'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { expect, onTestFinished, test, vi } from 'vitest'
import { one, two } from './fixtures/certificates.ts'
import { commonName } from './fixtures/common-name.ts'
import { head, testServer } from './fixtures/test-server.ts'
import { later } from './fixtures/later.ts'
import { serve } from './index.ts'
import type { App, Context, Entry, Host, Outcome } from '@fsgi/core'
import type { ServeOptions } from './index.ts'

const get = head('GET / HTTP/1.1', 'Host: h')
const hello: App = () => reply('hello')

test('url, port and address say where it listens', async () => {
  const server = await testServer(hello)
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  expect(server.address).toBe('127.0.0.1')
  expect(await (await fetch(server.url)).text()).toBe('hello')
  const everywhere = await testServer(hello, { host: '0.0.0.0' })
  expect(everywhere.url).toBe(`http://localhost:${everywhere.port}`)
  expect(await (await fetch(everywhere.url)).text()).toBe('hello')
})

test('S10: the context has the addresses, the protocol and the environment', async () => {
  let seen: Context | undefined
  const env = { NAME: 'value' }
  const server = await testServer((_, context) => ((seen = context), reply('')), { env })
  const client = server.client().send(head('GET /a HTTP/1.0'))
  await client.until('\r\n\r\n')
  const { peerAddress, remoteAddress, localAddress, protocol, encrypted, target, mount, path } = seen!
  const local = { address: '127.0.0.1', port: server.port, family: 'IPv4' }
  expect({ localAddress, protocol, encrypted, target, mount, path }).toEqual({
    localAddress: local,
    protocol: 'HTTP/1.0',
    encrypted: false,
    target: '/a',
    mount: '',
    path: '/a',
  })
  expect(peerAddress).toEqual({ address: '127.0.0.1', port: client.socket.localPort, family: 'IPv4' })
  expect(remoteAddress).toEqual(peerAddress)
  expect(seen!.env).toBe(env)
})

test('the address of a client that has left is still known', async () => {
  let address: unknown
  let called = false
  const server = await testServer((_, context) => {
    called = true
    context.defer(() => void (address = context.remoteAddress))
    return new Promise<Response>((resolve) => context.signal.addEventListener('abort', () => resolve(reply(''))))
  })
  const client = server.client().send(get)
  await later(() => called)
  client.destroy()
  await later(() => address !== undefined)
  expect(address).toMatchObject({ address: '127.0.0.1' })
})

test('an IPv4 client of a dual-stack socket has its IPv4 address', async () => {
  const server = await testServer((_, context) => reply.json(context.peerAddress), { host: '::' })
  expect(await (await fetch(`http://127.0.0.1:${server.port}`)).json()).toMatchObject({
    address: '127.0.0.1',
    family: 'IPv4',
  })
})

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'fsgi-server-node-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

test('a Unix socket is listened on, taken over from a server that was killed, and removed', async () => {
  const socket = join(await directory(), 'app.sock')
  const killed = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(socket)}, () => console.log('ready'))`,
  ])
  onTestFinished(() => void killed.kill('SIGKILL'))
  await new Promise((resolve) => killed.stdout.once('data', resolve))
  await expect(serve(hello, { socket })).rejects.toThrow(`the socket ${socket} is in use`)
  killed.kill('SIGKILL')
  await new Promise((resolve) => killed.once('exit', resolve))

  const server = await testServer((_, context) => reply.json([context.peerAddress, context.localAddress]), { socket })
  expect([server.url, server.port, server.address]).toEqual([`unix:${socket}`, null, socket])
  expect(await server.exchange(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/\[null,null\]$/)
  await server.close()
  expect(await readdir(join(socket, '..'))).toEqual([])
})

test('a file that is no socket is not removed', async () => {
  const socket = join(await directory(), 'file')
  await writeFile(socket, 'content')
  await expect(serve(hello, { socket })).rejects.toThrow(/in use/)
  expect(await readdir(join(socket, '..'))).toEqual(['file'])
})

test('S35: start is awaited before it listens', async () => {
  let started = false
  const server = await testServer({
    async start(host: Host) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      started = true
      return () => reply.json([host.env, host.oneShot, host.multiprocess])
    },
  })
  expect(started).toBe(true)
  expect(await (await fetch(server.url)).json()).toEqual([{}, false, false])
})

test('S35: if start fails nothing listens, and what it opened is closed', async () => {
  const port = await freePort()
  const closed = vi.fn()
  const entry: Entry = {
    start(host) {
      host.defer(closed)
      throw new Error('no database')
    },
  }
  await expect(serve(entry, { port })).rejects.toThrow('no database')
  expect(closed).toHaveBeenCalledTimes(1)
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
})

test('a port in use is one line, and closes what start opened', async () => {
  const server = await testServer(hello)
  const closed = vi.fn()
  const start = (host: Host): App => (host.defer(closed), hello)
  await expect(serve({ start }, { port: server.port! })).rejects.toThrow(
    new RegExp(`^port ${server.port} is in use: stop the program that listens there, or choose another$`),
  )
  expect(closed).toHaveBeenCalledTimes(1)
})

test('a host that this machine does not have is one line', async () => {
  await expect(serve(hello, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    /^the host 192\.0\.2\.1 is not an address of this machine$/,
  )
})

test.each<[unknown, string]>([
  [{ port: -1 }, "option 'port' must be an integer from 0 to 65535, but it is -1"],
  [{ port: '3000' }, `option 'port' must be an integer from 0 to 65535, but it is "3000"`],
  [{ prot: 1 }, "option 'prot' is not known"],
  [{ timeouts: { idel: 1 } }, "option 'timeouts.idel' is not known"],
  [{ timeouts: { idle: -1 } }, "option 'timeouts.idle' must be a number of milliseconds, 0 for no limit, but it is -1"],
  [{ timeouts: 3 }, "option 'timeouts' must be an object { headers, request, idle, send, close }, but it is 3"],
  [
    { socket: '/x', port: 1 },
    `option 'socket' cannot be combined with 'port' or 'host': a server listens on one of them, but it is "/x"`,
  ],
  [
    { trustProxy: ['10.0.0.0/33'] },
    `option 'trustProxy[0]' must be an IP address, a CIDR range such as '10.0.0.0/8', or 'unix', but it is "10.0.0.0/33"`,
  ],
  [{ trustProxy: true }, "option 'trustProxy' must be a list of addresses and CIDR ranges, but it is true"],
  [{ tls: { key: 'x' } }, "option 'tls.cert' must be PEM text or bytes"],
  [{ maxBodyBytes: 1.5 }, "option 'maxBodyBytes' must be a number of bytes or Infinity, but it is 1.5"],
  [{ report: 'console' }, `option 'report' must be a function, but it is "console"`],
  [3, 'the options must be an object such as { port, host }'],
])('the options %j are refused in one line', async (options, message) => {
  await expect(serve(hello, options as ServeOptions)).rejects.toThrow(`@fsgi/server-node: ${message}`)
})

test('what is no entry is refused', async () => {
  await expect(serve(3 as unknown as Entry, { port: 0 })).rejects.toThrow(/^\[fsgi S35\] an entry is an app.*found 3$/)
})

test('TLS is served, and its certificate can be replaced', async () => {
  const server = await testServer((request, context) => reply(`${request.url} ${context.encrypted}`), {
    tls: { ...one, cert: Buffer.from(one.cert) },
  })
  expect(server.url).toBe(`https://127.0.0.1:${server.port}`)
  expect(await server.exchange(head('GET /x HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(/https:\/\/h\/x true$/)
  expect(await commonName(server.port!)).toBe('one.example')
  server.reloadTls(two)
  expect(await commonName(server.port!)).toBe('two.example')
  expect(() => server.reloadTls({ key: two.key, cert: one.cert })).toThrow(
    /option 'tls' must be a key and its certificate in PEM/,
  )
  expect(await commonName(server.port!)).toBe('two.example')
  const plain = await testServer(hello)
  expect(() => plain.reloadTls(one)).toThrow('reloadTls() is for a server that was started with tls')
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

test('S39: informational responses go out before the final one, and not after', async () => {
  let late: unknown
  const server = await testServer((_, context) => {
    context.sendInformational!(103, { link: '</a.css>; rel=preload' })
    context.sendInformational!(102)
    setTimeout(() => (late = attempt(() => context.sendInformational!(103))))
    return reply('final')
  })
  const response = await server.exchange(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))
  expect(response).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
  )
  await later(() => late !== undefined)
  expect(late).toBe('Error')
})

test('S39: informational responses are refused where they would be wrong, and absent in HTTP/1.0', async () => {
  const server = await testServer((_, context) => {
    const send = context.sendInformational
    if (send === undefined) return reply('absent')
    const errors = [100, 101, 99, 200, 103.5].map((status) => attempt(() => send(status)))
    return reply(
      [...errors, attempt(() => send(103, { x: 'a\x01' })), attempt(() => send(103, { x: 'a\r\nb' }))].join(),
    )
  })
  expect(await server.exchange(head('GET / HTTP/1.0'))).toMatch(/absent$/)
  expect(await server.exchange(head('GET / HTTP/1.1', 'Host: h', 'Connection: close'))).toMatch(
    /^HTTP\/1\.1 200 [^]*(RangeError,){5}TypeError,TypeError$/,
  )
})

function attempt(act: () => void): string {
  try {
    act()
    return 'nothing'
  } catch (error) {
    return (error as Error).name
  }
}

test('S12: the signal aborts when the client leaves before the answer, with one reason everywhere', async () => {
  const seen: unknown[] = []
  let called = false
  const server = await testServer(async (request, context) => {
    called = true
    context.defer(
      (outcome: Outcome) => void seen.push(outcome.status, outcome.aborted, outcome.error === context.signal.reason),
    )
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve))
    seen.push(
      (context.signal.reason as Error).name,
      await request.text().catch((error: unknown) => error === context.signal.reason),
    )
    return new Response(new ReadableStream({ cancel: (reason) => void seen.push(reason === context.signal.reason) }))
  })
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3'))
  await later(() => called)
  client.destroy()
  await later(() => seen.length === 6)
  expect(seen).toEqual(['AbortError', true, true, null, true, true])
  expect(server.reported).toEqual([])
})

test('S12: the signal of a pipelined request that waits for its turn aborts as well', async () => {
  const aborted: string[] = []
  let called = 0
  const server = await testServer(async ({ url }, { signal }) => {
    called++
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => (aborted.push(url), resolve())))
    return reply('')
  })
  const client = server.client().send(head('GET /a HTTP/1.1', 'Host: h') + head('GET /b HTTP/1.1', 'Host: h'))
  await later(() => called === 2)
  client.destroy()
  await later(() => aborted.length === 2)
})

test('S12: the signal never aborts after success', async () => {
  const signals: AbortSignal[] = []
  const outcomes: Outcome[] = []
  const server = await testServer(async (request, context) => {
    signals.push(context.signal)
    context.defer((outcome) => void outcomes.push(outcome))
    if (request.url.endsWith('/late')) await new Promise((resolve) => setTimeout(resolve, 1))
    if (request.method === 'POST') await request.text()
    if (request.url.endsWith('/stream')) return new Response(new Blob(['abc']).stream())
    return reply(request.url.endsWith('/304') ? null : 'x', { status: request.url.endsWith('/304') ? 304 : 200 })
  })
  const requests = ['GET /', 'HEAD /', 'GET /late', 'GET /stream', 'GET /304', 'HEAD /stream'].map((line) =>
    head(`${line} HTTP/1.1`, 'Host: h'),
  )
  const client = server.client()
  for (const request of requests) client.send(request)
  client.send(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Connection: close')}abc`)
  await client.untilClosed()
  expect(signals.map((signal) => signal.aborted)).toEqual(Array(7).fill(false))
  expect(outcomes).toHaveLength(7)
  expect(outcomes.filter(({ aborted, error }) => aborted || error !== undefined)).toEqual([])
  expect(outcomes.filter(({ status }) => status === 304)).toHaveLength(1)
})

test('S14: deferred work runs in reverse order after the response, also when the app throws', async () => {
  const order: string[] = []
  const server = await testServer((_, context) => {
    context.defer(() => void order.push('first'))
    context.defer(async () => {
      await Promise.resolve()
      order.push('second')
    })
    throw new Error('failed')
  })
  expect((await fetch(server.url)).status).toBe(500)
  await later(() => order.length === 2)
  expect(order).toEqual(['second', 'first'])
})

test('S36: close lets exchanges finish and accepts nothing new', async () => {
  let finish: (() => void) | undefined
  const order: string[] = []
  const server = await testServer({
    start(host) {
      host.signal.addEventListener('abort', () => order.push('shutdown'))
      host.defer(() => void order.push('closed'))
      return async () => {
        await new Promise<void>((resolve) => (finish = resolve))
        order.push('answered')
        return reply('done')
      }
    },
  })
  const idle = server.client()
  const busy = server.client().send(get)
  await later(() => finish !== undefined)
  const closing = server.close()
  expect(server.close()).toBe(closing)
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  expect(order).toEqual(['shutdown'])
  finish!()
  expect(await busy.untilClosed()).toMatch(/\r\nconnection: close\r\n[^]*done$/i)
  await closing
  await idle.untilClosed()
  expect(order).toEqual(['shutdown', 'answered', 'closed'])
})

test('S36: close is quick when nothing is in flight, whatever connections are open', async () => {
  const server = await testServer(hello)
  const fresh = server.client()
  const kept = server.client().send(get)
  const half = server.client().send('GET / HT')
  await kept.until('hello')
  await later(() => half.socket.bytesWritten > 0)
  const start = performance.now()
  await server.close({ limit: 5_000 })
  expect(performance.now() - start).toBeLessThan(1_000)
  await Promise.all([fresh, kept, half].map((client) => client.untilClosed()))
})

test('S36: waitUntil work is waited for, and does not delay the response', async () => {
  let done = false
  let go = (): void => {}
  const server = await testServer((_, context) => {
    context.waitUntil(new Promise<void>((resolve) => (go = resolve)).then(() => void (done = true)))
    return reply('now')
  })
  expect(await (await fetch(server.url)).text()).toBe('now')
  const closing = server.close()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(done).toBe(false)
  go()
  await closing
  expect(done).toBe(true)
})

test('S36: what has not finished within the limit is aborted, and its cleanup runs before the host’s', async () => {
  const order: string[] = []
  let called = 0
  const server = await testServer({
    start(host) {
      host.defer(() => void order.push('host'))
      return (request, context) => {
        context.defer(async ({ aborted }) => {
          await new Promise((resolve) => setTimeout(resolve, 5))
          order.push(`deferred ${aborted}`)
        })
        context.signal.addEventListener('abort', () => order.push(String(context.signal.reason)))
        called++
        if (request.url.endsWith('/never')) return new Promise<Response>(() => {})
        return new Response(new ReadableStream({ cancel: () => void order.push('cancelled') }))
      }
    },
  })
  const never = server.client().send(head('GET /never HTTP/1.1', 'Host: h'))
  const stream = server.client().send(head('GET /stream HTTP/1.1', 'Host: h'))
  await stream.until('\r\n\r\n')
  await later(() => called === 2)
  await server.close({ limit: 30 })
  await Promise.all([never.untilClosed(), stream.untilClosed()])
  const reason = 'AbortError: the server is shutting down'
  expect(order.toSorted()).toEqual([reason, reason, 'cancelled', 'deferred true', 'deferred true', 'host'])
  expect(order.at(-1)).toBe('host')
})

test.each([
  ['idle', '', undefined],
  ['in the middle of a head', 'GET / HT', undefined],
  ['answered with 501, and lingers', head('CONNECT h:443 HTTP/1.1', 'Host: h:443'), undefined],
  ['in the middle of a TLS handshake', '\x16\x03\x01', one],
])('S36: close leaves no connection: one that is %s', async (_, text, tls) => {
  const server = await testServer(hello, tls === undefined ? {} : { tls })
  const client = connect({ port: server.port!, host: server.address, allowHalfOpen: true })
  onTestFinished(() => void client.destroy())
  let over = false
  client.on('error', () => (over = true)).resume()
  client.write(text)
  const lingers = text.startsWith('CONNECT')
  await once(client, lingers ? 'end' : 'connect')
  if (!lingers) client.on('end', () => (over = true))
  await server.close({ limit: 30 })
  await later(() => {
    if (lingers) client.write('x') // only then it learns of it; and would so after 2 s in any case
    return over
  }, 1500)
})

test('S36: a response that a slow client still reads is not cut off by close', async () => {
  const server = await testServer(() => reply('x'.repeat(20_000_000)))
  const client = server.client()
  client.socket.pause()
  client.send(get)
  await later(() => client.socket.bytesWritten > 0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const closing = server.close({ limit: 10_000 })
  client.socket.resume()
  const response = await client.untilClosed()
  expect(response.length - response.indexOf('\r\n\r\n') - 4).toBe(20_000_000)
  await closing
})

test('S36: a stream that began before close is finished, and its connection closed', async () => {
  let controller: ReadableStreamDefaultController | undefined
  const server = await testServer(
    () => new Response(new ReadableStream({ start: (given) => void (controller = given) })),
  )
  const client = server.client().send(get)
  await client.until('\r\n\r\n')
  const closing = server.close({ limit: 5_000 })
  controller!.enqueue(new TextEncoder().encode('last'))
  controller!.close()
  expect(await client.untilClosed()).toMatch(/last\r\n0\r\n\r\n$/)
  await closing
})

test('a head that does not come is answered with 408', async () => {
  const server = await testServer(hello, { timeouts: { headers: 100, request: 200 } })
  expect(await server.client().send('GET / HTTP/1.1\r\nHost:').untilClosed()).toMatch(/^HTTP\/1\.1 408 /)
})

test('a body that does not come aborts', async () => {
  let reason: unknown
  const server = await testServer(
    async (request) => {
      reason = await request.text().catch((error: unknown) => error)
      return reply('')
    },
    { timeouts: { headers: 100, request: 200 } },
  )
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5'))
  expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 408 /)
  await later(() => reason !== undefined)
  expect((reason as Error).name).toBe('TimeoutError')
})

test('an idle connection is closed', async () => {
  const server = await testServer(hello, { timeouts: { idle: 50 } })
  expect(await server.client().send(get).untilClosed()).toMatch(/hello$/)
})

test('client resets are not reported', async () => {
  const server = await testServer(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    return new Response(new Blob(['x'.repeat(1_000_000)]).stream())
  })
  for (let i = 0; i < 5; i++) {
    const client = server.client().send(get)
    await new Promise((resolve) => setTimeout(resolve, 5 * i))
    client.socket.resetAndDestroy()
  }
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.reported).toEqual([])
  expect((await fetch(server.url)).status).toBe(200)
})

test('C06: slow requests interleave', async () => {
  let waiting = 0
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const server = await testServer(async () => {
    if (++waiting === 50) open()
    await gate
    return reply('x')
  })
  const answers = await Promise.all(
    Array.from(
      { length: 50 },
      () =>
        new Promise<number>((resolve, reject) => {
          httpRequest(server.url, { agent: false }, (answer) => resolve(answer.resume().statusCode!))
            .on('error', reject)
            .end()
        }),
    ),
  )
  expect(new Set(answers)).toEqual(new Set([200]))
})
