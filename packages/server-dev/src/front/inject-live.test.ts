import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { injectLive } from './inject-live.ts'

const PAGE = '<!doctype html><title>Page</title><p>héllo</p>\n'
const SCRIPT = '<script type="module" src="/__fsgi/live.js"></script>\n'
const navigation = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }

function asked(headers: Record<string, string> = navigation, method = 'GET'): Request {
  return new Request('http://localhost:3000/page', { method, headers })
}

function page(headers: Record<string, string> = {}, body: BodyInit = PAGE, status = 200): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/html;charset=UTF-8', ...headers } })
}

const unexpected = (why: string): never => {
  throw new Error(`refused: ${why}`)
}

describe('a page that a browser navigates to has the script at its end', () => {
  test.each([
    ['in a window', navigation],
    ['in a frame', { 'sec-fetch-dest': 'iframe' }],
    [
      'from an origin that gets no Sec-Fetch fields',
      { accept: 'text/html,*/*;q=0.8', 'upgrade-insecure-requests': '1' },
    ],
  ])('%s', async (_, headers) => {
    const length = String(Buffer.byteLength(PAGE))
    const response = injectLive(asked(headers), page({ 'content-length': length, etag: '"1"' }), unexpected)
    expect(await response.text()).toBe(PAGE + SCRIPT)
    expect(response.headers.get('content-length')).toBe(String(Number(length) + SCRIPT.length))
    expect(response.headers.get('etag')).toBe('"1"')
  })

  test('an error page too; status, reason and each set-cookie stay, digests of the bytes do not', async () => {
    const given = new Response(PAGE, {
      status: 404,
      statusText: 'Nothing here',
      headers: { 'content-type': 'TEXT/HTML' },
    })
    given.headers.append('set-cookie', 'a=1')
    given.headers.append('set-cookie', 'b=2')
    given.headers.set('content-digest', 'sha-256=:abc=:')
    const response = injectLive(asked(), given, unexpected)
    expect([response.status, response.statusText]).toEqual([404, 'Nothing here'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.has('content-digest')).toBe(false)
    expect(await response.text()).toBe(PAGE + SCRIPT)
  })

  test('with the nonce of its policy; where the policy refuses, it is left as it is and somebody is told', async () => {
    const withNonce = page({ 'content-security-policy': "script-src 'nonce-r4nd0m'; connect-src 'self'" })
    expect(await injectLive(asked(), withNonce, unexpected).text()).toContain('live.js" nonce="r4nd0m"></script>')
    const strict = page({ 'content-security-policy': "script-src 'none'" })
    const told: string[] = []
    expect(injectLive(asked(), strict, (why) => void told.push(why))).toBe(strict)
    expect(told).toEqual([expect.stringContaining('script-src')])
  })
})

describe('all else is left alone', () => {
  test.each<[string, Request, Response]>([
    ['curl', asked({ accept: '*/*' }), page()],
    ['fetch() that wants HTML', asked({ 'sec-fetch-dest': 'empty', accept: 'text/html' }), page()],
    ['a test that says Accept: text/html', asked({ accept: 'text/html' }), page()],
    ['an image request', asked({ 'sec-fetch-dest': 'image' }), page()],
    ['the answer to a form', asked(navigation, 'POST'), page()],
    ['HEAD', asked(navigation, 'HEAD'), page()],
    ['no HTML', asked(), page({ 'content-type': 'text/plain' })],
    ['XHTML', asked(), page({ 'content-type': 'application/xhtml+xml' })],
    ['no type', asked(), new Response(new Uint8Array(5))],
    ['no body', asked(), new Response(null, { status: 304, headers: { 'content-type': 'text/html' } })],
    ['206', asked(), page({ 'content-range': 'bytes 0-5/10' }, PAGE, 206)],
    ['a download', asked(), page({ 'content-disposition': 'attachment; filename="a.html"' })],
    ['no-transform', asked(), page({ 'cache-control': 'max-age=5, No-Transform' })],
    ['UTF-16', asked(), page({ 'content-type': 'text/html; charset="UTF-16LE"' })],
    ['an unknown coding', asked(), page({ 'content-encoding': 'compress' })],
    ['two codings', asked(), page({ 'content-encoding': 'gzip, br' })],
  ])('%s', (_, request, response) => {
    expect(injectLive(request, response, unexpected)).toBe(response)
  })

  test('a page that turns out to be UTF-16 by its byte order mark, or deflate without its wrapper: byte for byte', async () => {
    const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())
    const utf16 = Buffer.from(`\uFEFF${PAGE}`, 'utf16le')
    const headers = { 'content-type': 'text/html', 'content-length': String(utf16.length) }
    const response = injectLive(asked(), page(headers, utf16), unexpected)
    expect(response.headers.has('content-length')).toBe(false)
    expect(await bytes(response)).toEqual(utf16)
    const raw = zlib.deflateRawSync(PAGE)
    expect(await bytes(injectLive(asked(), page({ 'content-encoding': 'deflate' }, raw), unexpected))).toEqual(raw)
  })
})

type Coder = readonly [compress: typeof zlib.gzipSync, open: typeof zlib.createGunzip]
const { zstdCompressSync, createZstdDecompress } = zlib as unknown as Record<string, unknown>
const CODERS: Readonly<Record<string, Coder>> = {
  gzip: [zlib.gzipSync, zlib.createGunzip],
  deflate: [zlib.deflateSync, zlib.createInflate],
  br: [zlib.brotliCompressSync, zlib.createBrotliDecompress],
  ...(zstdCompressSync !== undefined && { zstd: [zstdCompressSync, createZstdDecompress] as unknown as Coder }),
}

describe.each(Object.entries(CODERS))('a page in %s', (coding, [compress, open]) => {
  async function decoded(response: Response): Promise<string> {
    const decoder = open()
    for await (const chunk of response.body!) decoder.write(chunk)
    decoder.end()
    return (await decoder.setEncoding('utf8').toArray()).join('')
  }

  test('is decoded and coded again, in whatever pieces it comes', async () => {
    const long = PAGE.repeat(5000)
    const bytes = compress(long)
    for (const size of [1, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      )
      const length = String(bytes.length)
      const given = page({ 'content-encoding': coding, 'content-length': length }, streamed(pieces))
      const response = injectLive(asked(), given, unexpected)
      expect(response.headers.get('content-encoding')).toBe(coding)
      expect(response.headers.has('content-length')).toBe(false)
      expect((await decoded(response)) === long + SCRIPT).toBe(true)
    }
  })

  test('that zeros follow is a page still', async () => {
    const body = Buffer.concat([compress(PAGE), Buffer.alloc(500)])
    const response = injectLive(asked(), page({ 'content-encoding': coding }, body), unexpected)
    expect(await decoded(response)).toBe(PAGE + SCRIPT)
  })

  test('that is broken fails, as it would have in the browser', async () => {
    const bytes = compress(Array.from({ length: 5000 }, (_, index) => `<p>${index * 7919}</p>`).join(''))
    const middle = Math.floor(bytes.length / 2)
    const nonsense = Buffer.alloc(500, 0xa5)
    const broken = [bytes.subarray(0, -5), Buffer.concat([bytes.subarray(0, middle), nonsense, bytes.subarray(middle)])]
    for (const body of broken) {
      const response = injectLive(asked(), page({ 'content-encoding': coding }, body), unexpected)
      await expect(decoded(response)).rejects.toThrow()
    }
  })
})

describe.each(['', 'gzip', 'br'] as const)("a page that is streamed, in '%s'", (coding) => {
  const headers: Record<string, string> = coding === '' ? {} : { 'content-encoding': coding }
  const encode = (): zlib.Gzip | zlib.BrotliCompress =>
    coding === 'gzip'
      ? zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH })
      : zlib.createBrotliCompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH })

  /** A part of a page as the application would send it. */
  async function part(encoder: zlib.Gzip | zlib.BrotliCompress, text: string): Promise<Uint8Array> {
    if (coding === '') return Buffer.from(text)
    encoder.write(text)
    return await new Promise<Buffer>((resolve) => encoder.once('data', resolve))
  }

  test('arrives as it is sent, is pulled only when it is read, and is cancelled with the reason', async () => {
    const encoder = encode()
    const [first, second] = [await part(encoder, '<p>one'), await part(encoder, '<p>two')]
    const pulls: number[] = []
    let cancelled: unknown
    const source = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls.push(pulls.length)
          controller.enqueue(pulls.length === 1 ? first : second)
        },
        cancel: (reason) => void (cancelled = reason),
      },
      { highWaterMark: 0 },
    )
    const response = injectLive(asked(), page(headers, source), unexpected)
    const reader = response.body!.getReader()
    await new Promise((resolve) => setImmediate(resolve))
    expect(pulls).toEqual([])
    const seen = coding === '' ? undefined : coding === 'gzip' ? zlib.createGunzip() : zlib.createBrotliDecompress()
    const text = async (): Promise<string> => {
      const { value } = await reader.read()
      if (seen === undefined) return Buffer.from(value!).toString()
      seen.write(value)
      return await new Promise<string>((resolve) => seen.once('data', (data: Buffer) => resolve(data.toString())))
    }
    expect(await text()).toBe('<p>one')
    expect(pulls).toEqual([0])
    expect(await text()).toBe('<p>two')
    await reader.cancel(new Error('enough'))
    expect(cancelled).toEqual(new Error('enough'))
  })

  test('fails with the error of its source', async () => {
    const encoder = encode()
    const first = await part(encoder, '<p>one')
    const error = Object.assign(new Error('cut off'), { code: 'RELAY_CUT' })
    let pulled = false
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled) controller.error(error)
        else controller.enqueue(first)
        pulled = true
      },
    })
    const reader = injectLive(asked(), page(headers, source), unexpected).body!.getReader()
    await reader.read()
    await expect(reader.read()).rejects.toBe(error)
  })
})

function streamed(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at === pieces.length) controller.close()
      else controller.enqueue(pieces[at++]!)
    },
  })
}
