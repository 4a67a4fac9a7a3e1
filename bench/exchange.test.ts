import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { checkAnswer } from './exchange.ts'
import { listening } from './servers.ts'
import type { RequestListener, Server } from 'node:http'
import type { Exchange } from './exchange.ts'

let server: Server

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const exchange: Exchange = {
  path: '/',
  answer: { status: 200, body: 'hello', headers: { 'content-type': /^text\/plain/ } },
}

async function check(listener: RequestListener, what: Exchange = exchange): Promise<void> {
  server = createServer(listener)
  await checkAnswer(await listening(server), what)
}

test('a right answer passes, coded or not', async () => {
  await check((_req, res) => void res.setHeader('content-type', 'text/plain').end('hello'))
  server.close()
  const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' }
  await check((_req, res) => void res.writeHead(200, headers).end(gzipSync('hello')))
})

test('what is wrong with an answer is said: status, fields, body', async () => {
  await expect(
    check((_req, res) => void res.writeHead(404, { 'content-type': 'text/html' }).end('gone')),
  ).rejects.toThrow(
    `the first answer on a connection is wrong: status 404 instead of 200; content-type is 'text/html' instead of /^text\\/plain/; the body is "gone" instead of "hello"`,
  )
})

test('an answer that is right only once is wrong', async () => {
  let count = 0
  const listener: RequestListener = (_req, res) => {
    res.setHeader('content-type', 'text/plain').end(count++ === 0 ? 'hello' : 'hello again')
  }
  await expect(check(listener)).rejects.toThrow('the second answer on a connection is wrong: the body is "hello again"')
})

test('a field that must be absent, and a condition of the exchange itself, are checked', async () => {
  const listener: RequestListener = (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/plain', 'content-length': 5 }).end('hello')
  }
  const strict = { ...exchange, answer: { ...exchange.answer, absent: ['content-length'] } }
  await expect(check(listener, strict)).rejects.toThrow('it has content-length')
  server.close()
  const own: Exchange = { ...exchange, check: async (send) => expect((await send()).status).toBe(201) }
  await expect(check(listener, own)).rejects.toThrow('201')
})
