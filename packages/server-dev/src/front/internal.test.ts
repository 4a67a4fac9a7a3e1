import { describe, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { internal } from './internal.ts'
import type { App, SocketAddress } from '@fsgi/core'

const TOKEN = 'a'.repeat(32)
const named =
  (name: string): App =>
  (request) =>
    new Response(`${name} ${new URL(request.url).pathname}`)
const app = internal(TOKEN, {
  changes: named('changes'),
  live: named('live'),
  inspectorPages: named('pages'),
  inspectorApi: named('api'),
  open: named('open'),
  last: named('last'),
})
const address = (text: string): SocketAddress => ({ address: text, port: 5000, family: 'IPv4' })
const HERE = { peerAddress: address('127.0.0.1'), localAddress: address('127.0.0.1') }
const LAN = { peerAddress: address('192.168.1.7'), localAddress: address('192.168.1.2') }

interface Ask {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly from?: typeof HERE
}

async function ask(path: string, { method = 'GET', headers = {}, from = HERE }: Ask = {}): Promise<[number, string]> {
  const request = new Request(`http://localhost:3000${path}`, { method, headers })
  const response = await dispatch(app, request, from)
  expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  return [response.status, await response.text()]
}

const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
const token = { 'x-fsgi-token': TOKEN }

test.each([
  ['/__fsgi/', 'pages', {}],
  ['/__fsgi/ui/app.js', 'pages', {}],
  ['/__fsgi/lib/lit-html/lit-html.js', 'pages', {}],
  ['/__fsgi/live.js', 'live', {}],
  ['/__fsgi/changes?age=5', 'changes', {}],
  ['/__fsgi/api/exchanges', 'api', { headers: token }],
  ['/__fsgi/api/exchanges', 'api', { headers: token, method: 'DELETE' }],
  ['/__fsgi/api/exchanges/5/replay', 'api', { headers: token, method: 'POST' }],
  [`/__fsgi/api/events?token=${TOKEN}`, 'api', {}],
  ['/__fsgi/api/open', 'open', { headers: token, method: 'POST' }],
  ['/__fsgi/api/last', 'last', { headers: token, method: 'POST' }],
] as const)('%s is answered by %s', async (path, part, how) => {
  const pathname = path.replace(/\?.*/, '')
  for (const site of ['same-origin', 'none']) {
    const headers = { ...('headers' in how ? how.headers : {}), 'sec-fetch-site': site }
    expect(await ask(path, { ...how, headers })).toEqual([200, `${part} ${pathname}`])
  }
})

describe('what another site may do', () => {
  const everything = ['/', '/ui/app.js', '/live.js', '/changes', '/api/exchanges', `/api/events?token=${TOKEN}`, '/no']
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3001' },
    { origin: 'https://localhost:3000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    { ...navigation, 'sec-fetch-site': 'cross-site', origin: 'null' },
  ]
  test.each(foreign)('nothing with %j', async (headers) => {
    for (const path of everything)
      expect((await ask(`/__fsgi${path}`, { headers: { ...headers, ...token } }))[0]).toBe(403)
    for (const path of ['/api/open', '/api/last', '/api/exchanges/1/replay', '/']) {
      expect((await ask(`/__fsgi${path}`, { method: 'POST', headers: { ...headers, ...token } }))[0]).toBe(403)
    }
  })

  test('it may link to the inspector, and to nothing else', async () => {
    const headers = { ...navigation, 'sec-fetch-site': 'cross-site' }
    expect((await ask('/__fsgi/', { headers }))[0]).toBe(200)
    for (const path of everything.slice(1)) expect((await ask(`/__fsgi${path}`, { headers }))[0]).toBe(403)
    expect((await ask('/__fsgi/', { headers, method: 'POST' }))[0]).toBe(403)
  })
})

test('what shows or does more wants the token, in the field; only event streams may have it in the URL', async () => {
  for (const wrong of [{}, { 'x-fsgi-token': '' }, { 'x-fsgi-token': 'a' }, { 'x-fsgi-token': 'b'.repeat(32) }]) {
    expect(await ask('/__fsgi/api/exchanges', { headers: wrong })).toEqual([
      403,
      expect.stringContaining('x-fsgi-token'),
    ])
    expect((await ask('/__fsgi/api/open', { headers: wrong, method: 'POST' }))[0]).toBe(403)
    expect((await ask('/__fsgi/api/events', { headers: wrong }))[0]).toBe(403)
  }
  expect((await ask(`/__fsgi/api/exchanges?token=${TOKEN}`))[0]).toBe(403)
  expect((await ask(`/__fsgi/api/last?token=${TOKEN}`, { method: 'POST' }))[0]).toBe(403)
})

test('the page is for the person at this machine, or with the address that the terminal has printed', async () => {
  expect((await ask('/__fsgi/', { from: LAN }))[0]).toBe(403)
  expect((await ask('/__fsgi/?token=wrong', { from: LAN }))[0]).toBe(403)
  expect((await ask(`/__fsgi/?token=${TOKEN}`, { from: LAN }))[0]).toBe(200)
  for (const field of ['forwarded', 'via', 'x-forwarded-for']) {
    expect((await ask('/__fsgi/', { headers: { [field]: '203.0.113.9' } }))[0]).toBe(403)
  }
  expect((await ask('/__fsgi/', { from: { ...LAN, peerAddress: LAN.localAddress } }))[0]).toBe(200)
  expect((await ask('/__fsgi/', { from: { ...LAN, peerAddress: address('::ffff:127.0.0.1') } }))[0]).toBe(200)
  expect((await ask('/__fsgi/live.js', { from: LAN }))[0]).toBe(200)
})

test('other methods are refused with those that are understood; what does not exist is not found', async () => {
  for (const [path, method, allow] of [
    ['/__fsgi/', 'POST', 'GET, HEAD'],
    ['/__fsgi/changes', 'HEAD', 'GET'],
    ['/__fsgi/api/open', 'GET', 'POST'],
    ['/__fsgi/api/last', 'PUT', 'POST'],
    ['/__fsgi/api/exchanges', 'OPTIONS', 'GET, HEAD, POST, DELETE'],
  ] as const) {
    const response = await dispatch(app, new Request(`http://localhost${path}`, { method, headers: token }), HERE)
    expect([response.status, response.headers.get('allow')], path).toEqual([405, allow])
  }
  for (const path of ['/__fsgi/x', '/__fsgi/%6cive.js', '/__fsgi/api', '/__fsgi//live.js', '/__fsgi/live.js/']) {
    expect((await ask(path, { headers: token }))[0], path).toBe(404)
  }
  const bare = await dispatch(app, 'http://localhost:3000/__fsgi?token=x', HERE)
  expect([bare.status, bare.headers.get('location')]).toEqual([307, '/__fsgi/?token=x'])
})
