// A few kilobytes that would become gigabytes, and how much memory refusing them takes.
import zlib from 'node:zlib'
import { reply } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { describe, expect, test } from 'vitest'
import { gzipOfZeros } from './fixtures/gzip-of-zeros.ts'
import { streamOf, watched } from './fixtures/sources.ts'
import { gunzip } from './gunzip.ts'
import type { App } from '@fsgi/core'
import type { GunzipOptions } from './gunzip-options.ts'

/** Reads the body as fast as it can and keeps nothing of it. */
const swallow: App = async (request) => {
  let size = 0
  for await (const chunk of request.body!) size += chunk.byteLength
  return reply(String(size))
}

async function send(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  coding: string,
  options: GunzipOptions,
): Promise<{ status: number; text: string; memory: number }> {
  const before = process.memoryUsage().rss
  let highest = before
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage().rss)), 5)
  const init = { method: 'POST', body, duplex: 'half', headers: { 'content-encoding': coding } }
  const response = await dispatch(gunzip(options)(swallow), new Request('http://localhost/', init as RequestInit), {
    report: () => {},
  })
  clearInterval(watch)
  highest = Math.max(highest, process.memoryUsage().rss)
  return { status: response.status, text: await response.text(), memory: highest - before }
}

const TEN_GB = 10 * 1024 ** 3

describe('10 GB of zeros', () => {
  test('as gzip, ten megabytes: refused at once with the default limits', async () => {
    const bomb = gzipOfZeros(TEN_GB)
    const source = watched((pull) => bomb(pull))
    const { status, memory } = await send(source.stream, 'gzip', {})
    expect(status).toBe(413)
    expect(source.pulls()).toBeLessThan(5)
    expect(source.cancels).toHaveLength(1)
    expect(memory).toBeLessThan(50e6)
  })

  test('as gzip, with a limit of 300 MB and none for the ratio: refused in bounded memory', async () => {
    const { status, text, memory } = await send(watched(gzipOfZeros(TEN_GB)).stream, 'gzip', {
      maxBytes: 300_000_000,
      maxRatio: Infinity,
    })
    expect([status, text]).toEqual([413, 'the body has more than 300000000 bytes when it is decoded\n'])
    expect(memory).toBeLessThan(100e6)
  })
})

test('300 MB of zeros as br, 300 bytes in one chunk: decoded in bounded memory', async () => {
  const bomb = await new Promise<Buffer<ArrayBuffer>>((resolve, reject) => {
    const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 }
    const encoder = zlib.createBrotliCompress({ params })
    const pieces: Buffer[] = []
    encoder.on('data', (piece: Buffer) => pieces.push(piece))
    encoder.once('error', reject)
    encoder.once('end', () => resolve(Buffer.concat(pieces)))
    const zeros = Buffer.alloc(10_000_000)
    for (let i = 0; i < 30; i++) encoder.write(zeros)
    encoder.end()
  })
  expect(bomb.byteLength).toBeLessThan(2000)
  const options = { maxBytes: Infinity, maxRatio: Infinity }
  const { text, memory } = await send(streamOf(new Uint8Array(bomb)), 'br', options)
  expect(text).toBe('300000000')
  expect(memory).toBeLessThan(100e6)
  expect((await send(streamOf(new Uint8Array(bomb)), 'br', {})).status).toBe(413)
})
