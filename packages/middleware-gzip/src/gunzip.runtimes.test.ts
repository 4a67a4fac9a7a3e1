// gunzip() inside of every runtime's own server: the middleware suite, and real uploads.
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'esbuild'
import { middlewareCases } from '@fsgi/conformance'
import { builtProgram } from '../../../scripts/runtimes/built-program.ts'
import { gzipOfZeros } from './fixtures/gzip-of-zeros.ts'
import { runtimes } from '../../../runtimes/index.ts'
import { startProgram } from '../../../scripts/runtimes/start-program.ts'
import { noise, text } from './fixtures/sources.ts'
import type { Runtime } from '../../../runtimes/index.ts'

const APP = `
import { checkMiddleware } from '@fsgi/conformance'
import { mount, reply } from '@fsgi/core'
import { gunzip } from '@fsgi/middleware-gzip'
const suite = async () => {
  const results = await checkMiddleware(() => gunzip())
  return reply.json(results.map((result) => [result.case.id, result.error?.message ?? 'passed']))
}
const digest = async (request) => {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return reply.json({ length: bytes.length, hash: [...hash.slice(0, 8)], encoding: request.headers.get('content-encoding') })
}
const size = async (request) => {
  let size = 0
  for await (const chunk of request.body) size += chunk.length
  return reply(String(size))
}
const cancel = async (request) => {
  const reader = request.body.getReader()
  await reader.read()
  void reader.cancel('enough') // on Bun it does not settle, whatever is in between
  return reply('cancelled')
}
export const app = mount({
  '/suite': suite,
  '/digest': gunzip({ maxRatio: Infinity })(digest),
  '/limited': gunzip()(size),
  '/wide': gunzip({ maxBytes: 100_000_000, maxRatio: Infinity })(size),
  '/cancel': gunzip()(cancel),
})
`

const everyCase = Object.fromEntries(middlewareCases.map(({ id }) => [id, 'passed']))

const CODE: Record<string, (bytes: Uint8Array) => Buffer<ArrayBuffer>> = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  'raw deflate': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
}
const ZSTD = Buffer.from('KLUv/QRYdQAAQGNvbnRlbnQgAQCrCxdfI78V', 'base64')

let program: ReturnType<typeof builtProgram>
beforeAll(() => {
  program = builtProgram(['core', 'server-node', 'conformance', 'middleware-gzip'].map((name) => `@fsgi/${name}`))
})
afterAll(() => program.remove())

describe.each(Object.keys(runtimes) as Runtime[])('%s', (runtime) => {
  let server: Awaited<ReturnType<typeof startProgram>>
  beforeAll(async () => {
    const app = join(program.folder, 'app.js')
    writeFileSync(app, APP)
    if (runtime === 'workerd') await bundle(app) // it loads no packages
    server = await startProgram(runtime, program.folder)
  })
  afterAll(() => server.stop())

  const post = (path: string, body: BodyInit, coding: string): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-encoding': coding },
      signal: AbortSignal.timeout(20_000),
    } as RequestInit)

  test('the middleware suite', async () => {
    const results = (await (await fetch(`${server.url}/suite`)).json()) as [string, string][]
    expect(Object.fromEntries(results)).toEqual(everyCase)
  })

  test.each(Object.keys(CODE))('%s: the content arrives', async (coding) => {
    for (const content of [Buffer.from('hi'), Buffer.from(text(2_000_000)), Buffer.from(noise(300_000))]) {
      const response = await post('/digest', CODE[coding]!(content), coding.replace('raw ', ''))
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', content)).slice(0, 8)
      expect(await response.json()).toEqual({ length: content.length, hash: [...hash], encoding: null })
    }
  })

  test('two layers', async () => {
    const body = zlib.deflateSync(zlib.gzipSync(text(1000)))
    expect(await (await post('/digest', body, 'gzip, deflate')).json()).toMatchObject({ length: 1000 })
  })

  test('what it cannot decode is 415, and it says what it can', async () => {
    const response = await post('/digest', 'x', 'snappy')
    const accepted = response.headers.get('accept-encoding')?.split(', ')
    expect(response.status).toBe(415)
    expect(accepted).toEqual(
      runtime === 'node20' ? ['br', 'gzip', 'deflate'] : ['br', 'zstd', 'gzip', 'deflate'], // prettier-ignore
    )
    expect((await post('/digest', ZSTD, 'zstd')).status).toBe(accepted?.includes('zstd') ? 200 : 415)
  })

  test('what is not valid, cut short, or has more after its end is 400', async () => {
    const coded = zlib.gzipSync(text(10_000))
    for (const body of [
      Buffer.from('no gzip at all'),
      coded.subarray(0, -5),
      Buffer.concat([coded, Buffer.from('zz')]),
    ]) {
      expect((await post('/digest', new Uint8Array(body), 'gzip')).status).toBe(400)
    }
  })

  test('a bomb is 413', async () => {
    const bomb = gzipOfZeros(200_000_000)
    const chunks: Uint8Array[] = []
    for (let pull = 0, chunk = bomb(0); chunk !== null; chunk = bomb(++pull)) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    for (const path of ['/limited', '/wide']) expect((await post(path, body, 'gzip')).status).toBe(413)
    const br = await promisify(zlib.brotliCompress)(new Uint8Array(200_000_000), {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 },
    })
    for (const path of ['/limited', '/wide']) expect((await post(path, new Uint8Array(br), 'br')).status).toBe(413)
  })

  test('an app may give a body up', async () => {
    expect(await (await post('/cancel', zlib.gzipSync(noise(500_000)), 'gzip')).text()).toBe('cancelled')
  })
})

async function bundle(app: string): Promise<void> {
  const outfile = `${app}.bundle.js`
  await build({ entryPoints: [app], outfile, bundle: true, format: 'esm', external: ['node:*'], logLevel: 'silent' })
  cpSync(outfile, app)
}
