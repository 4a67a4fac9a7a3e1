// The site with its sessions in a Redis of Debian's, started here.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEntry } from '@fsgi/core/server'
import { startRedis } from '../../../packages/middleware-session/src/fixtures/redis-server.ts'
import { Client, fieldsOf, noticeOf, SAFARI } from './fixtures/client.ts'
import { PASSWORD } from './fixtures/test-site.ts'
import accounts from './app.ts'
import type { Started } from '@fsgi/core/server'
import type { RedisServer } from '../../../packages/middleware-session/src/fixtures/redis-server.ts'
import type { ClientOptions } from './fixtures/client.ts'

let folder: string
let server: RedisServer
let reported: unknown[]
const running: Started[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'))
  server = await startRedis()
  reported = []
})
afterEach(async () => {
  for (const started of running.splice(0)) await started.close()
  await server.stop()
  await rm(folder, { recursive: true })
})

async function start(url = `redis://${server.host}:${server.port}`): Promise<Started> {
  const env = {
    ACCOUNTS_DB: join(folder, 'accounts.sqlite'),
    SESSIONS_DB: join(folder, 'not there', 'sessions.sqlite'),
    REDIS_URL: url,
  }
  const started = await startEntry(accounts, { env, report: (error) => reported.push(error) })
  running.push(started)
  return started
}

async function enter(client: Client, path: '/signup' | '/login'): Promise<Client> {
  expect((await client.submit(path, path, { name: 'Ada', password: PASSWORD })).status).toBe(303)
  return client
}

const report: NonNullable<ClientOptions['report']> = (error) => void reported.push(error)

test('two processes share the sessions: what one ends is ended on the other', async () => {
  const [one, other] = [await start(), await start()]
  const laptop = await enter(new Client(one.app), '/signup')
  const phone = await enter(new Client(other.app, { userAgent: SAFARI }), '/login')
  const tablet = await enter(new Client(one.app), '/login')

  const { html } = await phone.get('/devices')
  expect(html.match(/<li class="card">/g)).toHaveLength(3)
  expect(html).toContain('Safari on iPhone')
  await laptop.submit('/', '/logout')
  expect((await phone.get('/devices')).html.match(/<li class="card">/g)).toHaveLength(2)
  const answer = await phone.submit('/devices', '/logout-everywhere')
  expect(noticeOf((await phone.follow(answer)).html)).toBe('You are logged out everywhere: 2 devices.')
  expect((await tablet.get('/devices')).status).toBe(303)
  expect(reported).toEqual([])
})

test('what two processes write at once is all there', async () => {
  const [one, other] = [await start(), await start()]
  const left = await enter(new Client(one.app), '/signup')
  const right = new Client(other.app)
  for (const [name, value] of left.cookies) right.cookies.set(name, value)
  const { csrf } = fieldsOf((await left.get('/')).html, '/notes')
  const notes = Array.from({ length: 10 }, (_, i) => `note ${i}`)
  await Promise.all(notes.map((note, i) => [left, right][i % 2]!.post('/notes', { csrf: csrf!, note })))
  const { html } = await right.get('/')
  for (const note of notes) expect(html).toContain(`>${note}</li>`)
})

test('while Redis is out members get 503 and keep their cookie, others see the site', async () => {
  const { app } = await start()
  const member = await enter(new Client(app, { report }), '/signup')
  const before = new Map(member.cookies)
  await server.stop()
  const { status, headers } = await member.get('/')
  expect([status, headers.get('retry-after')]).toEqual([503, '1'])
  expect(member.cookies).toEqual(before)
  expect((await new Client(app, { report }).get('/')).status).toBe(200)
  expect(reported).not.toEqual([])
})

test('a Redis that is not there is an error at the start, which keeps the password', async () => {
  await server.stop()
  const url = `redis://user:secret@${server.host}:${server.port}`
  const error = (await start(url).catch((error: unknown) => error)) as Error
  expect(error.message).toBe(
    `cannot keep sessions in Redis at ${server.host}:${server.port}: set REDIS_URL to redis://host:6379`,
  )
  await expect(start('localhost')).rejects.toThrow('cannot keep sessions in Redis at what is no URL')
})
