import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { describe, expect, test, vi } from 'vitest'
import { noise, streamOf, text, watched } from './fixtures/sources.ts'
import { gunzip } from './gunzip.ts'
import type { App } from '@fsgi/core'
import type { GunzipOptions } from './gunzip-options.ts'

type Bytes = Uint8Array<ArrayBuffer>

const CODE: Record<string, (bytes: Uint8Array) => Bytes> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
}
const CODINGS = Object.keys(CODE)
const bytesOf = (content: string): Bytes => new TextEncoder().encode(content)
const code = (coding: string, content: string | Uint8Array): Bytes =>
  CODE[coding]!(typeof content === 'string' ? bytesOf(content) : content)

const echo: App = async (request) => reply(await request.text())

interface Given {
  readonly coding?: string | null
  readonly app?: App
  readonly options?: GunzipOptions
  readonly headers?: Record<string, string>
  readonly reports?: unknown[]
}

/** A POST through the middleware, with the validator on both of its sides. */
async function post(
  body: Bytes | ReadableStream<Bytes>,
  { coding = 'gzip', app = echo, options, headers, reports = [] }: Given = {},
): Promise<Response> {
  const init = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { ...(coding !== null && { 'content-encoding': coding }), ...headers },
  }
  return dispatch(lint(gunzip(options)(lint(app))), new Request('http://localhost/a?b=c', init as RequestInit), {
    report: (error) => void reports.push(error),
  })
}

const inChunks = (bytes: Bytes, size: number): ReadableStream<Bytes> =>
  streamOf(...Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size)))

describe.each(CODINGS)('a body coded with %s', (coding) => {
  test.each([
    ['a few bytes', 'hi', 100_000],
    ['much', text(3_000_000), 100_000],
    ['much, byte by byte', text(3000), 1],
    ['much, in pieces', text(1_000_000), 7],
  ])('of %s is read decoded', async (_what, content, size) => {
    const response = await post(inChunks(code(coding, content), size), { coding, options: { maxRatio: Infinity } })
    expect([response.status, (await response.text()) === content]).toEqual([200, true])
  })

  test('of incompressible bytes is read decoded', async () => {
    const app: App = async (request) =>
      reply(new Uint8Array(await request.arrayBuffer()), { headers: { 'content-type': 'image/png' } })
    const response = await post(inChunks(code(coding, noise(500_000)), 10_000), { coding, app })
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(noise(500_000))
  })

  test('that is not valid is answered with 400, and the operator is told', async () => {
    const reports: unknown[] = []
    const response = await post(bytesOf('this is no such thing, not at all'), { coding, reports })
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(`the body is not valid ${coding}: `)
    expect(reports.map((error) => (error as { status: number }).status)).toEqual([400])
  })

  test('that is cut short is answered with 400', async () => {
    const response = await post(code(coding, text(10_000)).slice(0, -5), { coding })
    expect([response.status, await response.text()]).toEqual([
      400,
      `the body is not valid ${coding}: unexpected end of file\n`,
    ])
  })

  test.each([1, 2])('with something after its end is answered with 400 (in %i chunks)', async (chunks) => {
    const coded = code(coding, text(10_000))
    const body = chunks === 1 ? streamOf(new Uint8Array([...coded, 0x7a, 0x7a])) : streamOf(coded, bytesOf('zz'))
    const response = await post(body, { coding })
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(/there is more after its end|incorrect header check/)
  })

  test('that an app cancels is cancelled below once, with the reason', async () => {
    const coded = code(coding, noise(300_000))
    for (const reads of [0, 1, 2]) {
      const source = watched((pull) => coded.slice(pull * 10_000, (pull + 1) * 10_000))
      const app: App = async (request) => {
        const reader = request.body!.getReader()
        for (let i = 0; i < reads; i++) await reader.read()
        await reader.cancel('enough')
        return reply('done')
      }
      expect(await (await post(source.stream, { coding, app })).text()).toBe('done')
      await expect.poll(() => source.cancels).toHaveLength(1)
    }
  })
})

test('deflate without the zlib frame, as some clients send it, is read decoded', async () => {
  for (const size of [1, 1000]) {
    const body = inChunks(zlib.deflateRawSync(text(50_000)), size)
    const response = await post(body, { coding: 'deflate', options: { maxRatio: Infinity } })
    expect((await response.text()) === text(50_000)).toBe(true)
  }
})

test('several gzip members are one content (RFC 1952 §2.2)', async () => {
  const body = streamOf(new Uint8Array([...code('gzip', 'one '), ...code('gzip', 'two ')]), code('gzip', 'three'))
  expect(await (await post(body)).text()).toBe('one two three')
})

describe('the field', () => {
  test.each([
    ['GZip', ['gzip']],
    ['x-gzip', ['gzip']],
    ['identity, gzip', ['gzip']],
    ['gzip, , identity', ['gzip']],
    ['gzip, br', ['gzip', 'br']],
    ['deflate,gzip , br', ['deflate', 'gzip', 'br']],
    ['gzip, gzip, gzip, gzip, gzip', ['gzip', 'gzip', 'gzip', 'gzip', 'gzip']],
  ])('content-encoding: %s names the layers in the order in which they were applied', async (field, layers) => {
    const body = layers.reduce((bytes, coding) => code(coding, bytes), bytesOf('content'))
    const response = await post(body, { coding: field })
    expect([response.status, await response.text()]).toEqual([200, 'content'])
  })

  test.each(['snappy', 'compress', 'gzip, snappy', 'snappy, gzip', 'aws-chunked,gzip', Array(6).fill('gzip').join()])(
    'content-encoding: %s is answered with 415 that says what is understood, before the app is called',
    async (coding) => {
      const app = vi.fn(echo)
      const response = await post(bytesOf('x'), { coding, app })
      expect(response.status).toBe(415)
      expect(response.headers.get('accept-encoding')).toMatch(/^br, (?:zstd, )?gzip, deflate$/)
      expect(app).not.toHaveBeenCalled()
    },
  )

  test.each(['gzip br', 'gzip;q=1', '"gzip"'])('content-encoding: %s is malformed: 400', async (coding) => {
    expect((await post(bytesOf('x'), { coding })).status).toBe(400)
  })

  test.each([null, '', 'identity', ' , identity'])(
    'content-encoding: %s: the request reaches the app itself',
    async (coding) => {
      let seen: Request | undefined
      const app = gunzip()((request) => {
        seen = request
        return reply('')
      })
      const headers: Record<string, string> = coding === null ? {} : { 'content-encoding': coding }
      let given: Request | undefined
      await dispatch(
        (request, context) => {
          given = request
          return app(request, context)
        },
        new Request('http://localhost/', { method: 'POST', body: 'plain', headers }),
      )
      expect(seen).toBe(given)
    },
  )

  test('without a body the request reaches the app itself', async () => {
    let seen: string | null = null
    const app: App = (request) => {
      seen = request.headers.get('content-encoding')
      return reply('')
    }
    const request = new Request('http://localhost/', { headers: { 'content-encoding': 'snappy' } })
    expect((await dispatch(lint(gunzip()(lint(app))), request)).status).toBe(200)
    expect(seen).toBe('snappy')
  })
})

test('an app that answers at once stays synchronous for bodies that are not coded', () => {
  const answer = reply('now')
  const app = gunzip()(() => answer)
  expect(app(new Request('http://localhost/'), {} as never)).toBe(answer)
})

test('the derived request: fields of the coded bytes are gone, all else stays', async () => {
  let seen: unknown
  const app: App = async (request) => {
    seen = [request.method, request.url, Object.fromEntries(request.headers), await request.json()]
    return reply('')
  }
  await post(code('gzip', '{"a":1}'), {
    app,
    headers: {
      'content-type': 'application/json',
      'content-length': '27',
      'content-digest': 'sha-256=:AAAA:',
      'repr-digest': 'sha-256=:AAAA:',
      'content-md5': 'AAAA',
      digest: 'sha-256=AAAA',
      'x-own': '1',
    },
  })
  expect(seen).toEqual([
    'POST',
    'http://localhost/a?b=c',
    { 'content-type': 'application/json', 'x-own': '1' },
    { a: 1 },
  ])
})

test('a body of no bytes is one of no content', async () => {
  const response = await post(streamOf(''))
  expect([response.status, await response.text()]).toEqual([200, ''])
})

describe('laziness', () => {
  test('an app that does not want the body leaves it unread', async () => {
    const source = watched(() => noise(1000))
    const response = await post(source.stream, { app: () => reply('no need') })
    expect(await response.text()).toBe('no need')
    expect(source.pulls()).toBe(0)
  })

  test('the source is read only when the app reads, and never far ahead of it', async () => {
    const coded = code('gzip', noise(2_000_000))
    const source = watched((pull) => (pull < 200 ? coded.slice(pull * 10_000, (pull + 1) * 10_000) : null))
    const app: App = async (request) => {
      const reader = request.body!.getReader()
      await new Promise(setImmediate)
      expect(source.pulls()).toBe(0)
      let received = 0
      for (let turn = 0; turn < 20; turn++) {
        received += (await reader.read()).value!.byteLength
        await new Promise(setImmediate) // a slow reader
        expect(source.pulls() * 10_000 - received).toBeLessThan(200_000)
      }
      await reader.cancel()
      return reply('done')
    }
    const response = await post(source.stream, { app })
    expect([response.status, await response.text()]).toEqual([200, 'done'])
  })

  test('what has come can be read before the rest does', async () => {
    let resume = (): void => {}
    const paused = new Promise<void>((resolve) => (resume = resolve))
    const head = flushedGzip('first ')
    const source = watched(async (pull) => {
      if (pull === 0) return head.begun
      if (pull === 1) {
        await paused
        return head.rest
      }
      return null
    })
    const app: App = async (request) => {
      const reader = request.body!.getReader()
      const seen = new TextDecoder().decode((await reader.read()).value)
      resume()
      await reader.read()
      return reply(seen)
    }
    expect(await (await post(source.stream, { app })).text()).toBe('first ')
  })
})

/** Gzip content of which the first part can be decoded without the rest. */
function flushedGzip(content: string): { begun: Bytes; rest: Bytes } {
  const begun = zlib.gzipSync(content, { finishFlush: zlib.constants.Z_SYNC_FLUSH })
  const whole = zlib.gzipSync(content)
  return { begun, rest: new Uint8Array([0x03, 0x00, ...whole.slice(-8)]) } // an empty last block, and the trailer
}

describe('errors', () => {
  test('of the source reach the app as they are', async () => {
    const error = new Error('the line is dead')
    const coded = code('gzip', noise(50_000))
    const source = watched((pull) => {
      if (pull === 2) throw error
      return coded.slice(pull * 100, pull * 100 + 100)
    })
    let seen: unknown
    const app: App = async (request) => {
      seen = await request.arrayBuffer().catch((reason: unknown) => reason)
      return reply('')
    }
    await post(source.stream, { app })
    expect(seen).toBe(error)
  })

  test('of the app come out unchanged', async () => {
    const reports: unknown[] = []
    const error = new Error('below')
    const app: App = async (request) => {
      await request.text()
      throw error
    }
    const response = await post(code('gzip', 'x'), { app, reports })
    expect([response.status, reports]).toEqual([500, [error]])
  })

  test('of the app that were caused by the body are answered as that is', async () => {
    const app: App = async (request) => {
      try {
        return reply(await request.text())
      } catch (cause) {
        throw new Error('cannot read the form', { cause })
      }
    }
    expect((await post(bytesOf('no gzip'), { app })).status).toBe(400)
  })

  test('say what they are to an app that catches them, as Hono does', async () => {
    const app: App = async (request) => {
      try {
        return reply(await request.text())
      } catch (error) {
        return (error as { getResponse(): Response }).getResponse()
      }
    }
    const reports: unknown[] = []
    const response = await post(bytesOf('no gzip'), { app, reports })
    expect([response.status, await response.text(), reports]).toEqual([
      400,
      'the body is not valid gzip: incorrect header check\n',
      [],
    ])
  })
})

describe('limits', () => {
  test.each(CODINGS)('maxBytes: %s content of that many is read, of one more is 413', async (coding) => {
    const options = { maxBytes: 100_000, maxRatio: Infinity }
    expect((await post(code(coding, text(100_000)), { coding, options })).status).toBe(200)
    const response = await post(code(coding, text(100_001)), { coding, options })
    expect([response.status, await response.text()]).toEqual([
      413,
      'the body has more than 100000 bytes when it is decoded\n',
    ])
  })

  test('maxBytes counts in every layer, so that layers do not multiply', async () => {
    const bomb = code('gzip', code('gzip', new Uint8Array(30_000_000))) // 30 kB inside of 130 bytes
    expect(bomb.byteLength).toBeLessThan(300)
    const options = { maxBytes: 10_000_000, maxRatio: Infinity }
    expect((await post(bomb, { coding: 'gzip, gzip', options })).status).toBe(413)
    const inner = code('gzip', new Uint8Array(1000))
    const outer = code('br', new Uint8Array(20_000_000))
    expect(inner.byteLength).toBeLessThan(100)
    expect((await post(outer, { coding: 'gzip, br', options })).status).toBe(400) // zeros are no gzip, which shows first
  })

  test('maxRatio: content that swells more is 413, once it is more than 64 KiB', async () => {
    expect((await post(code('gzip', new Uint8Array(64 * 1024)))).status).toBe(200)
    const response = await post(code('gzip', new Uint8Array(200_000)))
    expect([response.status, await response.text()]).toEqual([
      413,
      'the body is more than 100 times as large when it is decoded\n',
    ])
    expect((await post(code('gzip', new Uint8Array(200_000)), { options: { maxRatio: 2000 } })).status).toBe(200)
  })

  test('maxRatio is of what was sent, not of what a layer was given', async () => {
    const layered = code('gzip', code('gzip', text(1_000_000)))
    expect((await post(layered, { coding: 'gzip, gzip', options: { maxRatio: 1000 } })).status).toBe(413)
  })

  test('coded bytes without end that decode to nothing are 413', async () => {
    const empty = zlib.gzipSync('')
    const chunk = new Uint8Array(20_000).map((_, i) => empty[i % 20]!)
    const source = watched(() => chunk)
    const response = await post(source.stream, { options: { maxBytes: 100_000 } })
    expect([response.status, source.cancels.length]).toEqual([413, 1])
  })

  test.each([
    [{ maxBytes: 0 }, "option 'maxBytes' must be a number of bytes, 1 or more"],
    [{ maxBytes: '1mb' }, "option 'maxBytes' must be a number of bytes, 1 or more"],
    [{ maxRatio: NaN }, "option 'maxRatio' must be a number, 1 or more"],
    [{ limit: 1 }, "there is no option 'limit'"],
    [null, 'the options must be an object'],
  ])('%j is refused: %s', (options, message) => {
    expect(() => gunzip(options as never)).toThrow(new TypeError(`@fsgi/middleware-gzip: ${message}`))
  })
})
