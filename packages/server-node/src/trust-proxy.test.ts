import { reply } from '@fsgi/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { head, testServer } from './fixtures/test-server.ts'
import type { App } from '@fsgi/core'

const show: App = (request, context) =>
  reply.json([context.remoteAddress, new URL(request.url).origin, context.peerAddress?.address, context.encrypted])

async function seen(trustProxy: string[], ...fields: string[]): Promise<unknown[]> {
  const server = await testServer(show, { trustProxy })
  const response = await server.exchange(head('GET / HTTP/1.1', 'Host: own.example', 'Connection: close', ...fields))
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n'))) as unknown[]
}

const client = async (...given: Parameters<typeof seen>): Promise<unknown[]> => (await seen(...given)).slice(0, 2)

const v4 = (address: string, port = 0) => ({ address, port, family: 'IPv4' })
const v6 = (address: string, port = 0) => ({ address, port, family: 'IPv6' })

test('S3: nobody is believed unless configured', async () => {
  const fields = [
    'X-Forwarded-For: 1.2.3.4',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: evil',
    'Forwarded: for=1.2.3.4;proto=https;host=evil',
  ]
  for (const trustProxy of [[], ['10.0.0.0/8']]) {
    expect(await seen(trustProxy, ...fields)).toMatchObject([
      { address: '127.0.0.1' },
      'http://own.example',
      '127.0.0.1',
      false,
    ])
  }
})

test('S3: a trusted proxy names the client, the scheme and the host; the peer and its hop stay', async () => {
  expect(
    await seen(
      ['127.0.0.1'],
      'X-Forwarded-For: 1.2.3.4',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: site.example:8443',
    ),
  ).toEqual([v4('1.2.3.4'), 'https://site.example:8443', '127.0.0.1', false])
  expect(
    await seen(['127.0.0.0/8'], 'Forwarded: for="[2001:db8::1]:4711";proto=https;host=site.example, for=1.2.3.4'),
  ).toEqual([v4('1.2.3.4'), 'http://own.example', '127.0.0.1', false])
})

test('S3: hops are walked from the right while they are trusted', async () => {
  const trust = ['127.0.0.1', '10.0.0.0/8']
  expect((await seen(trust, 'X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.1.1.1, 10.2.2.2'))[0]).toEqual(v4('1.2.3.4'))
  expect((await seen(trust, 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 1.2.3.4, 10.1.1.1'))[0]).toEqual(
    v4('1.2.3.4'),
  )
  expect((await seen(trust, 'X-Forwarded-For: 10.3.3.3, 10.1.1.1'))[0]).toEqual(v4('10.3.3.3'))
  expect((await seen(['127.0.0.1'], 'X-Forwarded-For: 1.2.3.4, 10.1.1.1'))[0]).toEqual(v4('10.1.1.1'))
})

test('S3: scheme and host are those of the hop that the client is on', async () => {
  const trust = ['127.0.0.1', '10.0.0.0/8']
  expect(
    await client(trust, 'Forwarded: for=1.2.3.4;proto=https;host=a, for=10.1.1.1;proto=http;host=b'),
  ).toMatchObject([v4('1.2.3.4'), 'https://a'])
  expect(
    await client(trust, 'Forwarded: for=6.6.6.6;proto=https;host=evil, for=1.2.3.4;proto=http;host=b'),
  ).toMatchObject([v4('1.2.3.4'), 'http://b'])
  expect(await client(trust, 'X-Forwarded-For: 1.2.3.4, 10.1.1.1', 'X-Forwarded-Proto: https, http')).toMatchObject([
    v4('1.2.3.4'),
    'https://own.example',
  ])
  expect(await client(trust, 'X-Forwarded-For: 6.6.6.6, 1.2.3.4', 'X-Forwarded-Proto: https, http')).toMatchObject([
    v4('1.2.3.4'),
    'http://own.example',
  ])
  expect(await client(trust, 'X-Forwarded-For: 1.2.3.4, 10.1.1.1', 'X-Forwarded-Proto: https')).toMatchObject([
    v4('1.2.3.4'),
    'https://own.example',
  ])
  expect(await client(trust, 'X-Forwarded-Proto: https')).toMatchObject([
    { address: '127.0.0.1' },
    'https://own.example',
  ])
})

test('addresses may have ports, and what is no address is nobody', async () => {
  const trust = ['127.0.0.1']
  expect((await seen(trust, 'X-Forwarded-For: 1.2.3.4:567'))[0]).toEqual(v4('1.2.3.4', 567))
  expect((await seen(trust, 'X-Forwarded-For: [2001:db8::1]:567'))[0]).toEqual(v6('2001:db8::1', 567))
  expect((await seen(trust, 'X-Forwarded-For: 2001:db8::1'))[0]).toEqual(v6('2001:db8::1'))
  expect((await seen(trust, 'X-Forwarded-For: ::ffff:1.2.3.4'))[0]).toEqual(v4('1.2.3.4'))
  expect((await seen(trust, 'Forwarded: for="_hidden"'))[0]).toBeNull()
  expect((await seen(trust, 'X-Forwarded-For: unknown'))[0]).toBeNull()
  expect((await seen(trust, 'X-Forwarded-For: 1.2.3'))[0]).toBeNull()
})

test('what does not parse says nothing', async () => {
  for (const field of [
    'Forwarded: for=1.2.3.4;;;="',
    'Forwarded: nonsense',
    'X-Forwarded-Proto: gopher',
    'X-Forwarded-Host: a b',
    'X-Forwarded-Host: u@h',
  ]) {
    expect(await client(['127.0.0.1'], field)).toMatchObject([{ address: '127.0.0.1' }, 'http://own.example'])
  }
})

test('X-Forwarded-For is used where both kinds are there', async () => {
  expect((await seen(['127.0.0.1'], 'Forwarded: for=6.6.6.6', 'X-Forwarded-For: 1.2.3.4'))[0]).toEqual(v4('1.2.3.4'))
})

test('IPv4-mapped and IPv6 ranges are understood', async () => {
  for (const range of ['::ffff:127.0.0.1', '::ffff:127.0.0.0/104', '0.0.0.0/0']) {
    expect((await seen([range], 'X-Forwarded-For: 1.2.3.4'))[0]).toEqual(v4('1.2.3.4'))
  }
  expect((await seen(['::/0'], 'X-Forwarded-For: 1.2.3.4'))[0]).toMatchObject({ address: '127.0.0.1' })
})

test('the peer of a Unix socket can be trusted', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fsgi-server-node-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const request = head(
    'GET / HTTP/1.1',
    'Host: h',
    'Connection: close',
    'X-Forwarded-For: 1.2.3.4',
    'X-Forwarded-Proto: https',
  )
  const trusting = await testServer(show, { socket: join(directory, 'a'), trustProxy: ['unix'] })
  expect(await trusting.exchange(request)).toMatch(
    /\[\{"address":"1\.2\.3\.4","port":0,"family":"IPv4"\},"https:\/\/h",null,false\]$/,
  )
  const other = await testServer(show, { socket: join(directory, 'b'), trustProxy: ['0.0.0.0/0'] })
  expect(await other.exchange(request)).toMatch(/\[null,"http:\/\/h",null,false\]$/)
})
