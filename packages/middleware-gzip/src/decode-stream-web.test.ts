import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { gzipOfZeros } from './fixtures/gzip-of-zeros.ts'
import { noise, streamOf, text, watched } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'
import type { gunzip as Gunzip } from './gunzip.ts'
import type { GunzipOptions } from './gunzip-options.ts'

/** The middleware as it is where there is no node:zlib: here by hiding it while the first middleware is made. */
describe('gunzip() without node:zlib', () => {
  let gunzip: typeof Gunzip
  beforeAll(async () => {
    const original = process.getBuiltinModule.bind(process)
    vi.spyOn(process, 'getBuiltinModule').mockImplementation((id: string) =>
      id === 'node:zlib' ? undefined : original(id),
    )
    vi.resetModules()
    ;({ gunzip } = await import('./gunzip.ts'))
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })

  type Bytes = Uint8Array<ArrayBuffer>
  const plain = { headers: { 'content-type': 'application/octet-stream' } }
  const echo: App = async (request) => reply(new Uint8Array(await request.arrayBuffer()), plain)
  const post = (
    body: ReadableStream<Bytes>,
    coding: string,
    app: App = echo,
    options: GunzipOptions = { maxRatio: Infinity },
  ): Promise<Response> => {
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-encoding': coding } } as RequestInit
    return dispatch(lint(gunzip(options)(lint(app))), new Request('http://localhost/', init), { report: () => {} })
  }

  test.each([
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
  ] as const)('%s is read decoded (%o)', async (coding, code) => {
    for (const content of [Buffer.from('hi'), Buffer.from(text(500_000)), Buffer.from(noise(100_000))]) {
      const response = await post(streamOf('', new Uint8Array(code(content))), coding)
      expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true)
    }
  })

  test('two layers are read decoded', async () => {
    const body = streamOf(new Uint8Array(zlib.deflateSync(zlib.gzipSync('content'))))
    expect(await (await post(body, 'gzip, deflate')).text()).toBe('content')
  })

  test.each(['br', 'zstd'])('%s is 415, and the response says what is understood', async (coding) => {
    const response = await post(streamOf('x'), coding)
    expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate'])
  })

  test('what is not valid or cut short is 400', async () => {
    expect((await post(streamOf('this is no such thing'), 'gzip')).status).toBe(400)
    const cut = new Uint8Array(zlib.gzipSync(text(1000)).subarray(0, -5))
    expect((await post(streamOf(cut), 'gzip')).status).toBe(400)
  })

  test('no bytes are no content', async () => {
    expect(await (await post(streamOf(), 'gzip')).text()).toBe('')
  })

  test('a bomb is 413, in bounded memory', async () => {
    const source = watched(gzipOfZeros(10 * 1024 ** 3))
    const before = process.memoryUsage().rss
    expect((await post(source.stream, 'gzip', echo, {})).status).toBe(413)
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
    expect([source.pulls() < 5, source.cancels.length]).toEqual([true, 1])
  })

  test('an app that does not want the body leaves it unread', async () => {
    const source = watched(() => noise(1000))
    await post(source.stream, 'gzip', () => reply('no need'))
    expect(source.pulls()).toBe(0)
  })

  test.each([0, 1, 2])('cancelling after %i reads cancels the source once, with the reason', async (reads) => {
    const coded = zlib.gzipSync(noise(500_000))
    const source = watched((pull) => new Uint8Array(coded.subarray(pull * 5000, pull * 5000 + 5000)))
    await post(source.stream, 'gzip', async (request) => {
      const reader = request.body!.getReader()
      for (let i = 0; i < reads; i++) await reader.read()
      await reader.cancel('enough')
      return reply('')
    })
    await expect.poll(() => source.cancels).toHaveLength(1)
    expect(source.pulls()).toBeLessThan(30)
  })

  test('an error of the source reaches the app as it is', async () => {
    const error = new Error('the line is dead')
    const coded = zlib.gzipSync(noise(50_000))
    const source = watched((pull) => {
      if (pull === 2) throw error
      return new Uint8Array(coded.subarray(pull * 5000, pull * 5000 + 5000))
    })
    let seen: unknown
    await post(source.stream, 'gzip', async (request) => {
      seen = await request.arrayBuffer().catch((reason: unknown) => reason)
      return reply('')
    })
    expect(seen).toBe(error)
  })
})
