import { describe, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { parseRange } from './range.ts'
import { rangeRows } from './fixtures/range-rows.ts'
import { serveStatic } from './serve-static.ts'

const CONTENT = Uint8Array.from({ length: 100 }, (_, index) => index)

function send(range: string, method = 'GET'): Promise<Response> {
  const file = { size: 100, modified: null, etag: '"x"', bytes: CONTENT }
  const app = serveStatic({ find: () => file })(() => new Response('inner'))
  return dispatch(app, new Request('http://localhost/file', { headers: sendable(range), method }))
}

/** A field as a client can send it: what is no ASCII arrives as its bytes. */
function sendable(range: string): Record<string, string> {
  return { range: Buffer.from(range).toString('latin1') }
}

describe('a Range field against a file of 100 bytes (RFC 9110 §14.1.2, §14.2)', () => {
  test.each(rangeRows)('%s', async (field, expected) => {
    expect(parseRange(field, 100)).toEqual(expected)
    const response = await send(field)
    const body = new Uint8Array(await response.arrayBuffer())
    expect(response.headers.get('content-length')).toBe(String(body.length))
    if (expected === null) expect([response.status, body]).toEqual([200, CONTENT])
    else if (expected.length === 0) {
      expect([response.status, response.headers.get('content-range'), body.length]).toEqual([416, 'bytes */100', 0])
    } else if (expected.length === 1) {
      const { start, end } = expected[0]!
      expect([response.status, response.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end - 1}/100`])
      expect(body).toEqual(CONTENT.slice(start, end))
    } else {
      const heads = [...new TextDecoder('latin1').decode(body).matchAll(/content-range: (.*)\r\n/g)].map(
        ([, head]) => head,
      )
      expect(heads).toEqual(expected.map(({ start, end }) => `bytes ${start}-${end - 1}/100`))
    }
    expect((await send(field, 'HEAD')).status).toBe(200) // defined for GET alone
  })

  test.each(['bytes=0-', 'bytes=0-0', 'bytes=-5', 'bytes=5-', 'bytes=0-,-5'])(
    '%s is ignored for an empty file',
    (field) => {
      expect(parseRange(field, 0)).toBeNull()
    },
  )

  test('more than 100 ranges are ignored, and read in linear time', () => {
    const apart = (count: number): string =>
      `bytes=${Array.from({ length: count }, (_, i) => `${i * 10}-${i * 10}`).join()}`
    expect(parseRange(apart(100), 10_000)).toHaveLength(100)
    expect(parseRange(apart(101), 10_000)).toBeNull()
    const started = performance.now()
    expect(parseRange(`bytes=${'0-,'.repeat(300_000)}`, 100)).toBeNull()
    expect(parseRange(`bytes=${' '.repeat(300_000)}x`, 100)).toBeNull()
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('whatever is asked for, the parts lie within the file, do not overlap and have bytes', () => {
    let seed = 42
    const random = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    const number = (): string => (random(4) === 0 ? '' : String(random(130)))
    for (let i = 0; i < 20_000; i++) {
      const size = 1 + random(120)
      const field = `bytes=${Array.from({ length: 1 + random(5) }, () => `${number()}-${number()}`).join()}`
      const ranges = parseRange(field, size) ?? []
      const sorted = ranges.toSorted((a, b) => a.start - b.start)
      for (const [index, { start, end }] of sorted.entries()) {
        expect(start < end && start >= (sorted[index - 1]?.end ?? 0) && end <= size, `${field} of ${size}`).toBe(true)
      }
    }
  })
})
