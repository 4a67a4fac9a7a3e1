import { describe, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { evaluatePreconditions, ifRangeHolds } from './preconditions.ts'
import { ifRangeRows, MODIFIED, preconditionRows } from './fixtures/precondition-rows.ts'
import { serveStatic } from './serve-static.ts'

const LM = MODIFIED
const STRONG = '"abc"'
const BEFORE = 'Sun, 01 Mar 2026 11:59:59 GMT'

/** A file with this tag, behind the middleware. */
function send(etag: string, headers: Record<string, string>, method = 'GET'): Promise<Response> {
  const file = { size: 10, modified: LM * 1000 + 999, etag, bytes: new TextEncoder().encode('0123456789') }
  const app = serveStatic({ find: () => file })(() => new Response('inner'))
  return dispatch(app, new Request('http://localhost/file', { headers, method }))
}

describe('conditions of a GET or HEAD (RFC 9110 §13)', () => {
  test.each(preconditionRows)('%s', async (_title, etag, fields, expected) => {
    expect(evaluatePreconditions(new Headers(fields), { etag, lastModified: LM })).toBe(expected)
    for (const method of ['GET', 'HEAD']) expect((await send(etag, fields, method)).status, method).toBe(expected)
    // A range is only looked at where the conditions hold (RFC 9110 §13.2.2).
    expect((await send(etag, { ...fields, range: 'bytes=0-0' })).status).toBe(expected === 200 ? 206 : expected)
  })

  test('dates are ignored where the date of the file is not known', () => {
    for (const name of ['if-modified-since', 'if-unmodified-since']) {
      expect(evaluatePreconditions(new Headers({ [name]: BEFORE }), { etag: STRONG, lastModified: null })).toBe(200)
    }
  })

  test('a list of 100,000 tags is read in linear time', () => {
    const list = `${'"x",'.repeat(100_000)}"abc`
    const started = performance.now()
    expect(evaluatePreconditions(new Headers({ 'if-none-match': list }), { etag: STRONG, lastModified: LM })).toBe(200)
    expect(
      evaluatePreconditions(new Headers({ 'if-none-match': ', '.repeat(200_000) }), { etag: STRONG, lastModified: LM }),
    ).toBe(200)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('If-Range (RFC 9110 §13.1.5)', () => {
  test.each(ifRangeRows)('%s', async (_title, etag, field, expected) => {
    expect(ifRangeHolds(new Headers({ 'if-range': field }), { etag, lastModified: LM })).toBe(expected)
    const response = await send(etag, { range: 'bytes=2-4', 'if-range': field })
    expect([response.status, await response.text()]).toEqual(expected ? [206, '234'] : [200, '0123456789'])
    const beyond = await send(etag, { range: 'bytes=10-', 'if-range': field })
    expect(beyond.status).toBe(expected ? 416 : 200)
    expect((await send(etag, { 'if-range': field })).status).toBe(200)
  })

  test('holds where it is absent', () => {
    expect(ifRangeHolds(new Headers(), { etag: 'W/"abc"', lastModified: null })).toBe(true)
  })
})
