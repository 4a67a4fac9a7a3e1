import { describe, expect, it } from 'vitest'
import { editHeaders, headersOf } from '../edit-headers.ts'
import { reply } from '../reply.ts'
import { headOf } from '../server.ts'
import type { HeaderFields } from './field-list.ts'

const NAMES = ['Vary', 'vary', 'set-cookie', 'Set-Cookie', 'x-a', 'content-type', 'not a name', '']
const VALUES = ['a', ' padded\t', '', 'a, b', 'no\r\nsplit', 'ÿ', 'Ā']
const OPERATIONS: ((fields: HeaderFields, name: string, value: string) => unknown)[] = [
  (fields, name, value) => fields.set(name, value),
  (fields, name, value) => fields.append(name, value),
  (fields, name) => fields.delete(name),
  (fields, name) => fields.get(name),
  (fields, name) => fields.has(name),
  (fields) => fields.getSetCookie(),
]

describe('the fields of a reply, edited', () => {
  it('are what genuine Headers would be after the same 20,000 operations', () => {
    const next = numbers(7)
    for (let round = 0; round < 1000; round++) {
      const headers = new Headers({ 'x-a': '1', 'content-type': 'text/plain;charset=UTF-8' })
      const response = reply('text', { headers: { 'x-a': '1' } })
      const done: string[] = []
      for (let i = 0; i < 20; i++) {
        const [operation, name, value] = [pick(OPERATIONS, next), pick(NAMES, next), pick(VALUES, next)]
        done.push(`${OPERATIONS.indexOf(operation)} ${name}: ${JSON.stringify(value)}`)
        const expected = outcome(() => operation(headers, name, value))
        editHeaders(response, (fields) =>
          expect(
            outcome(() => operation(fields, name, value)),
            done.join('; '),
          ).toEqual(expected),
        )
        if (next() < 0.02) void response.headers // from here on there are Headers
      }
      expect([...response.headers], done.join('; ')).toEqual([...headers])
    }
  })

  it('need no Headers, and leave the same response', () => {
    const response = reply('text')
    expect(editHeaders(response, (fields) => fields.set('x-a', '1'))).toBe(response)
    expect(headOf(response)).toEqual(['content-type', 'text/plain;charset=UTF-8', 'x-a', '1'])
    expect(headersOf(response).get('X-A')).toBe('1')
    expect(headOf(response)).not.toBeNull()
  })

  it('are still those of the response for who has kept them until it has Headers', () => {
    const response = reply('text')
    let kept: HeaderFields | undefined
    editHeaders(response, (fields) => void (kept = fields))
    kept!.set('x-a', '1')
    expect(response.headers.get('x-a')).toBe('1')
    kept!.append('x-a', '2')
    kept!.delete('content-type')
    expect([...response.headers]).toEqual([['x-a', '1, 2']])
    response.headers.set('x-b', '3')
    expect([kept!.get('x-b'), kept!.has('x-b'), kept!.getSetCookie()]).toEqual(['3', true, []])
    editHeaders(response, (fields) => fields.set('x-b', '4'))
    expect(kept!.get('x-b')).toBe('4')
  })

  it('are not shared with a clone, with a reply made from it, or with one of the same frozen fields', () => {
    const headers = Object.freeze({ 'x-a': '1' })
    const first = reply(null, { headers })
    editHeaders(first, (fields) => fields.append('x-b', '2'))
    const others = [first.clone(), reply('other', first), reply(new Uint8Array(1), first)]
    editHeaders(first, (fields) => fields.set('x-a', '3'))
    for (const other of others) expect(headersOf(other).get('x-a')).toBe('1')
    for (const other of others) editHeaders(other, (fields) => fields.delete('x-b'))
    expect([...first.headers]).toEqual([...new Headers({ 'x-a': '3', 'x-b': '2' })])
    expect([...reply(null, { headers }).headers]).toEqual([['x-a', '1']])
  })

  it('of a reply that is made like another one are its fields, with a content-type where it has none', () => {
    const like = editHeaders(reply(null, { status: 201, headers: { etag: '"a"' } }), (fields) => fields.set('x-a', '1'))
    const made = reply('text', like)
    expect([made.status, ...made.headers]).toEqual([
      201,
      ['content-type', 'text/plain;charset=UTF-8'],
      ['etag', '"a"'],
      ['x-a', '1'],
    ])
    const varying = reply('text', reply(null, { headers: { vary: 'content-type' } }))
    expect(varying.headers.get('content-type')).toBe('text/plain;charset=UTF-8')
    expect(headOf(reply(new Uint8Array(1), reply('typed')))).toEqual(['content-type', 'text/plain;charset=UTF-8'])
  })
})

/** What it gave, or the kind of what it threw. */
function outcome(run: () => unknown): unknown {
  try {
    return { gave: run() }
  } catch (error) {
    return { threw: (error as Error).name }
  }
}

function pick<T>(from: readonly T[], next: () => number): T {
  return from[Math.floor(next() * from.length)]!
}

/** The same numbers from 0 to 1 each time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
