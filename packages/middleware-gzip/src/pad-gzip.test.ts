import { spawnSync } from 'node:child_process'
import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { describe, expect, test } from 'vitest'
import { decoded } from './fixtures/decode.ts'
import { gzip } from './gzip.ts'
import { HTML, through } from './fixtures/exchange.ts'
import { padGzip } from './pad-gzip.ts'
import { streamOf, text } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'

const known: App = () => reply(text(5000), { headers: { ...HTML, etag: '"a"' } })
const streamed: App = () =>
  new Response(streamOf(text(2000), text(5000).slice(2000)), { headers: { ...HTML, etag: '"a"' } })

describe.each([
  ['known bytes', known],
  ['a stream', streamed],
])('pad: %s', (_what, app) => {
  test('are as long as chance will have it, within the bound, and decode to the same', async () => {
    const plain = (await (await through(gzip({ codings: ['gzip'] }), app)).arrayBuffer()).byteLength
    const lengths = new Set<number>()
    for (let i = 0; i < 60; i++) {
      const response = await through(gzip({ pad: 30 }), app)
      const bytes = new Uint8Array(await response.arrayBuffer())
      expect(zlib.gunzipSync(bytes).toString()).toBe(text(5000))
      expect(bytes.byteLength - plain).toBeGreaterThanOrEqual(1)
      expect(bytes.byteLength - plain).toBeLessThanOrEqual(31)
      lengths.add(bytes.byteLength)
    }
    expect(lengths.size).toBeGreaterThan(10)
  })

  test('are never coded with what is not padded', async () => {
    const accepts = { 'accept-encoding': 'br, zstd, gzip;q=0.5' }
    expect((await through(gzip({ pad: 30 }), app, accepts)).headers.get('content-encoding')).toBe('gzip')
    const only = await through(gzip({ pad: 30 }), app, { 'accept-encoding': 'br' })
    expect([only.headers.get('content-encoding'), only.headers.get('vary')]).toEqual([null, 'Accept-Encoding'])
  })

  test('where a function says so', async () => {
    const middleware = gzip({ pad: (request) => (request.headers.has('x-secret') ? 30 : 0) })
    const codingFor = async (headers: Record<string, string>): Promise<string | null> =>
      (await through(middleware, app, headers)).headers.get('content-encoding')
    expect(await codingFor({ 'accept-encoding': 'br, gzip' })).toBe('br')
    expect(await codingFor({ 'accept-encoding': 'br, gzip', 'x-secret': '1' })).toBe('gzip')
    expect(await codingFor({ 'accept-encoding': 'br', 'x-secret': '1' })).toBeNull()
  })

  test('the tag is weak, because the bytes are others each time', async () => {
    for (const etag of ['weaken', 'suffix'] as const) {
      const { headers } = await through(gzip({ pad: 30, etag }), app)
      expect(headers.get('etag')).toBe(etag === 'suffix' ? 'W/"a+gzip"' : 'W/"a"')
    }
  })

  test('are of other lengths also when they come from the cache', async () => {
    const middleware = gzip({ pad: 1000, cache: 1_000_000 })
    const lengths = new Set<number>()
    for (let i = 0; i < 10; i++) {
      const response = await through(middleware, app)
      const bytes = await response.clone().arrayBuffer()
      lengths.add(bytes.byteLength)
      expect(await decoded(response)).toBe(text(5000))
    }
    expect(lengths.size).toBeGreaterThan(5)
  })
})

test('a 304 names the weak tag that the client has', async () => {
  const app: App = (request) =>
    request.headers.get('if-none-match') === 'W/"a"'
      ? reply(null, { status: 304, headers: { etag: '"a"' } })
      : reply('')
  const response = await through(gzip({ pad: 30, etag: 'suffix' }), app, { 'if-none-match': 'W/"a+gzip"' })
  expect([response.status, response.headers.get('etag')]).toEqual([304, 'W/"a+gzip"'])
})

describe('padded gzip', () => {
  test.each([0, 1, 100, 65_535])(
    'with a name of %i bytes is decoded by zlib, DecompressionStream and gzip',
    async (padding) => {
      const padded = padGzip(zlib.gzipSync('content'), padding)
      expect(padded.byteLength).toBe(zlib.gzipSync('content').byteLength + padding + 1)
      expect(zlib.gunzipSync(padded).toString()).toBe('content')
      const stream = new Blob([padded]).stream().pipeThrough(new DecompressionStream('gzip'))
      expect(await new Response(stream).text()).toBe('content')
      const { stdout } = spawnSync('gzip', ['-dc'], { input: padded })
      expect(stdout.toString()).toBe('content')
    },
  )

  test('of a stream whose header comes in pieces', async () => {
    const { padGzipStream } = await import('./pad-gzip.ts')
    const coded = zlib.gzipSync('content')
    const pieces = Array.from(coded, (_, i) => new Uint8Array(coded.subarray(i, i + 1)))
    const bytes = await new Response(padGzipStream(streamOf(...pieces), 5) as BodyInit).arrayBuffer()
    expect(new Uint8Array(bytes)).toEqual(padGzip(coded, 5))
  })
})
