import { request } from 'node:http'
import { expect, test } from 'vitest'
import { inspectorOf } from './fixtures/inspector-client.ts'
import { makeProject } from '../fixtures/project.ts'
import { published } from '../fixtures/published.ts'
import { startCommand } from '../fixtures/command.ts'
import { until } from '../fixtures/until.ts'

const SHOP = `
import { reply, stack } from '${published('@fsgi/core/dist/index.js')}'
const timing = () => function timing(app) {
  return async (request, context) => {
    const response = await app(request, context)
    response.headers.append('server-timing', 'total')
    return response
  }
}
const visitor = () => function visitor(app) {
  return (request, context) => app(request, context.with({ visitor: { name: 'Ada' }, apiToken: 'tok-very-secret' }))
}
const bytes = new TextEncoder()
export default stack(timing(), visitor())(async function shop(request, context) {
  const { path } = context
  if (path === '/throws') throw new TypeError('sold out')
  if (path === '/wrong') return new Response('x', { headers: { connection: 'close' } })
  if (path === '/crash') { setTimeout(() => { throw new Error('dead') }); await new Promise(() => {}) }
  if (path === '/endless') return new Response(new ReadableStream({ async pull(c) { await new Promise((r) => setTimeout(r, 5)); c.enqueue(bytes.encode('x')) } }), { headers: { 'content-type': 'text/plain' } })
  if (path === '/cookie') return reply('x', { headers: { 'set-cookie': 'sid=cookie-very-secret; Path=/; HttpOnly' } })
  if (request.method === 'POST') return reply(await request.text())
  return reply('hello')
})
`

test.concurrent('an exchange as it went: down and up through the layers, and what the client was answered', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js'])
  const inspector = await inspectorOf(server)
  expect(await (await fetch(`${server.url}/a?b=c`)).text()).toBe('hello')
  const recorded = await inspector.recorded('/a?b=c')
  expect(recorded).toMatchObject({
    id: 1,
    version: 1,
    method: 'GET',
    target: '/a?b=c',
    protocol: 'HTTP/1.1',
    remote: '127.0.0.1',
    pinned: false,
    outcome: { status: 200, aborted: false },
    top: {
      layer: 'timing',
      response: { status: 200 },
      calls: [{ layer: 'visitor', calls: [{ layer: 'shop', calls: [] }] }],
    },
  })
  expect(recorded.top!.began).toBeGreaterThanOrEqual(0)
  expect(recorded.top!.ended).toBeLessThanOrEqual(recorded.outcome!.milliseconds + 1)
  expect(recorded.top!.request.fields.map(([name]) => name)).not.toContain('x-fsgi-relay')
  expect(recorded.top!.calls[0]!.calls[0]!.context).toMatchObject({ path: '/a', visitor: '{ name }' })
  const { version, kept, dropped, exchanges } = await inspector.list()
  expect({ version, kept, dropped }).toEqual({ version: 1, kept: 1000, dropped: 0 })
  expect(exchanges).toMatchObject([{ id: 1, status: 200, type: 'text/plain', size: 5, findings: 0, errors: 0 }])
})

test.concurrent('what is secret is in no answer: cookies, authorization, and what is called as secrets are', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js'])
  const inspector = await inspectorOf(server)
  const headers = {
    cookie: 'sid=cookie-very-secret; theme=dark',
    authorization: 'Bearer auth-very-secret',
    'x-api-key': 'key-very-secret',
    'proxy-authorization': 'Basic proxy-very-secret',
    referer: 'http://h/?token=referer-very-secret',
  }
  await (await fetch(`${server.url}/cookie?access_token=query-very-secret&a=1`, { headers })).text()
  await until(async () => (await inspector.list()).exchanges[0]?.milliseconds !== undefined)
  const text = await (await inspector.ask('GET', 'exchanges/1')).text()
  const all = text + (await (await inspector.ask('GET', 'exchanges')).text())
  expect(all).not.toContain('very-secret')
  const { top, target } = JSON.parse(text) as {
    target: string
    top: { request: { fields: string[][] }; response: { fields: string[][] } }
  }
  const value = (fields: string[][], wanted: string): string | undefined =>
    fields.find(([name]) => name === wanted)?.[1]
  expect(target).toMatch(/^\/cookie\?access_token=\[redacted [0-9a-f]{4}\]&a=1$/)
  expect(value(top.request.fields, 'cookie')).toMatch(
    /^sid=(\[redacted [0-9a-f]{4}\]); theme=\[redacted [0-9a-f]{4}\]$/,
  )
  expect(value(top.request.fields, 'authorization')).toMatch(/^Bearer \[redacted [0-9a-f]{4}\]$/)
  expect(value(top.response.fields, 'set-cookie')).toMatch(/^sid=\[redacted [0-9a-f]{4}\]; Path=\/; HttpOnly$/)
})

test.concurrent('errors: of the application, of one that does not start, and of one that crashes', async (t) => {
  const project = makeProject(t, { 'app.js': SHOP })
  const server = await startCommand(project, ['app.js'])
  const inspector = await inspectorOf(server)
  expect((await fetch(`${server.url}/throws`)).status).toBe(500)
  const thrown = await inspector.recorded('/throws')
  expect(thrown.outcome).toMatchObject({ status: 500, error: { name: 'TypeError', message: 'sold out' } })
  expect(thrown.top!.calls[0]!.calls[0]!.error!.frames[0]).toMatchObject({ call: 'shop', file: project.path('app.js') })
  expect((await inspector.list()).exchanges[0]).toMatchObject({ status: 500, errors: 1 })

  expect((await fetch(`${server.url}/crash`)).status).toBe(500)
  expect((await inspector.recorded('/crash')).outcome).toMatchObject({ status: 500, error: { message: 'dead' } })

  project.write('app.js', 'nonsense(')
  expect((await fetch(`${server.url}/late`)).status).toBe(500)
  const late = await inspector.recorded('/late')
  expect(late.outcome).toMatchObject({ status: 500, error: { name: 'SyntaxError' } })
  expect(late.top).toBeUndefined()
})

test.concurrent('a client that leaves', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js'])
  const inspector = await inspectorOf(server)
  const leaving = new AbortController()
  const response = await fetch(`${server.url}/endless`, { signal: leaving.signal })
  await response.body!.getReader().read()
  leaving.abort()
  const recorded = await inspector.recorded('/endless')
  expect(recorded.outcome).toMatchObject({ status: 200, aborted: true })
  await until(async () => (await inspector.recorded('/endless')).events.some(({ type }) => type === 'cancelled'))
  const { events, top } = await inspector.recorded('/endless')
  expect(events).toMatchObject([{ type: 'cancelled', layer: 'client' }])
  expect(top!.response!.body).toMatchObject({ kind: 'stream', cancelled: expect.any(String) })
})

test.concurrent('a broken rule: in the exchange, in the list with its count, and in the terminal, calmly', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js'])
  const inspector = await inspectorOf(server)
  for (let i = 0; i < 12; i++) await (await fetch(`${server.url}/wrong`)).text()
  const findings = async (): Promise<any[]> => (await inspector.ask('GET', 'findings')).json() as Promise<any[]> // oxlint-disable-line no-explicit-any
  await until(async () => (await findings())[0]?.count === 12, server.output)
  expect(await findings()).toMatchObject([{ rule: 'A3', level: 'error', layer: 'shop', count: 12, exchange: 12 }])
  const recorded = await inspector.recorded('/wrong')
  expect(recorded.events).toMatchObject([{ type: 'finding', layer: 'shop', rule: 'A3' }])
  await until(() => /\(\d+ times\)/.test(server.output()), server.output)
  expect(server.output().match(/fsgi A3/g)).toHaveLength(2)
})

test.concurrent('replay: the request again, body and secrets included; why not, where it cannot be; pin and clear', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js'])
  const inspector = await inspectorOf(server)
  await (
    await fetch(`${server.url}/post`, { method: 'POST', body: 'once more', headers: { authorization: 'Bearer x' } })
  ).text()
  await inspector.recorded('/post')
  const { id } = (await (await inspector.ask('POST', 'exchanges/1/replay')).json()) as { id: number }
  expect(id).toBe(2)
  await until(async () => (await inspector.list()).exchanges.at(-1)?.milliseconds !== undefined, server.output)
  const again = await inspector.recorded('/post')
  expect(again).toMatchObject({ id: 2, replayOf: 1, outcome: { status: 200, aborted: false }, remote: '127.0.0.1' })
  expect(again.top).toMatchObject({ request: { method: 'POST', body: { size: 9 } }, response: { body: { size: 9 } } })

  await (await fetch(`${server.url}/large`, { method: 'POST', body: 'x'.repeat(70_000) })).text()
  await inspector.recorded('/large')
  const refused = await inspector.ask('POST', 'exchanges/3/replay')
  expect([refused.status, await refused.text()]).toEqual([
    409,
    'the request cannot be sent again: its body is larger than 64 KiB\n',
  ])
  expect((await inspector.ask('POST', 'exchanges/99/replay')).status).toBe(404)

  expect((await inspector.ask('POST', 'exchanges/1/pin', { pinned: true })).status).toBe(204)
  expect((await inspector.ask('POST', 'exchanges/1/pin', { pinned: 'yes' })).status).toBe(400)
  expect((await inspector.ask('DELETE', 'exchanges')).status).toBe(204)
  expect((await inspector.list()).exchanges).toMatchObject([{ id: 1, pinned: true }])
  expect((await inspector.ask('PUT', 'exchanges')).status).toBe(405)
  expect((await inspector.ask('GET', 'nothing')).status).toBe(404)
})

test.concurrent('events: each exchange when it begins and when it is over, the code, and findings', async (t) => {
  const project = makeProject(t, { 'app.js': SHOP })
  const server = await startCommand(project, ['app.js'])
  const inspector = await inspectorOf(server)
  let text = ''
  const stream = request(`${server.url}/__fsgi/api/events?token=${inspector.token}`, (incoming) => {
    incoming.setEncoding('utf8').on('data', (part: string) => (text += part))
  }).end()
  t.onTestFinished(() => void stream.destroy())
  await until(() => text.includes('event: code\ndata: {"version":1,"failed":null}'))
  await (await fetch(`${server.url}/wrong`)).text()
  await until(
    () => /event: exchange\ndata: .*"target":"\/wrong".*"milliseconds":\d.*"findings":1/.test(text),
    () => text,
  )
  await until(
    () => text.includes('event: findings'),
    () => text,
  )
  await inspector.ask('DELETE', 'exchanges')
  await until(
    () => text.includes('event: cleared\ndata: null\n\n'),
    () => text,
  )
  project.write('app.js', 'nonsense(')
  await until(
    () => /event: code\ndata: \{"version":2,"failed":"[^"]+"\}/.test(text),
    () => text,
  )
})

test.concurrent('2,000 requests at once: the last 1,000 are kept, and the server remembers no more', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js'])
  const inspector = await inspectorOf(server)
  const one = async (from: number): Promise<void> => {
    for (let i = from; i < from + 50; i++) await (await fetch(`${server.url}/${i}`)).text()
  }
  await Promise.all(Array.from({ length: 40 }, (_, i) => one(i * 50)))
  await until(async () => (await inspector.list()).exchanges.every(({ milliseconds }) => milliseconds !== undefined))
  const { exchanges, dropped } = await inspector.list()
  expect(exchanges).toHaveLength(1000)
  expect(exchanges.map(({ id }) => id)).toEqual(Array.from({ length: 1000 }, (_, i) => 1001 + i))
  expect(dropped).toBeGreaterThanOrEqual(0)
  expect((await inspector.ask('GET', 'exchanges/1000')).status).toBe(404)
})

test.concurrent('--no-inspector records nothing, and still names the layer that breaks a rule', async (t) => {
  const server = await startCommand(makeProject(t, { 'app.js': SHOP }), ['app.js', '--no-inspector'])
  await (await fetch(`${server.url}/wrong`)).text()
  await until(() => server.output().includes("(app 'shop')"), server.output)
  expect((await fetch(`${server.url}/__fsgi/`)).status).toBe(404)
})

test.concurrent('what is composed without stack is one layer: a function, and an object with fetch that was built elsewhere', async (t) => {
  const project = makeProject(t, {
    'app.js': `export default (request) => new Response('plain ' + new URL(request.url).pathname)`,
  })
  const server = await startCommand(project, ['app.js'])
  const inspector = await inspectorOf(server)
  expect(await (await fetch(`${server.url}/a`)).text()).toBe('plain /a')
  expect((await inspector.recorded('/a')).top).toMatchObject({
    layer: 'app',
    calls: [],
    context: { mount: '', path: '/a' },
  })

  project.write(
    'app.js',
    `class Router { fetch = async (request) => Response.json({ url: request.url }) }\nexport default new Router()`,
  )
  expect((await fetch(`${server.url}/b`)).status).toBe(200)
  const { top, version } = await inspector.recorded('/b')
  expect(version).toBe(2)
  expect(top).toMatchObject({ layer: 'app', calls: [], response: { status: 200, body: { kind: 'stream', chunks: 1 } } })
})
