import { describe, expect, test } from 'vitest'
import { isDeepStrictEqual } from 'node:util'
import { copy, frozenCopy, thawed } from './copy.ts'
import { decode, encode } from './codec.ts'

const seeds = Array.from({ length: 400 }, (_, seed) => seed + 1)

describe('promise 17: every value that is accepted comes back as it was', () => {
  test('promise 17: thousands of generated values, through the codec and through a copy', () => {
    for (const seed of seeds) {
      const value = generated(random(seed), 0)
      const text = encode(value)
      expect(isDeepStrictEqual(decode(text), value), `seed ${seed}: ${text}`).toBe(true)
      expect(encode(decode(text)), `seed ${seed}`).toBe(text)
      expect(isDeepStrictEqual(copy(value), value), `seed ${seed}: ${text}`).toBe(true)
      expect(isDeepStrictEqual(thawed(frozenCopy(value)), value), `seed ${seed}: ${text}`).toBe(true)
      expect(encode(copy(frozenCopy(value))), `seed ${seed}`).toBe(text)
    }
  })

  test('promise 17: the edges', () => {
    const own = JSON.parse(
      '{"__proto__":{"admin":true},"save":1,"length":2,"_hidden":3,"constructor":4,"then":5}',
    ) as object
    const values = [
      Number.NaN,
      Infinity,
      -Infinity,
      -0,
      0,
      2 ** 53,
      Number.MIN_VALUE,
      10n ** 40n,
      -1n,
      undefined,
      null,
      '',
      '\ud800',
      '\0',
      '{"$":["date",0]}',
      new Date(0),
      new Date(Number.NaN),
      new Date(8.64e15),
      new URL('https://a.test/%20?q#f'),
      new Uint8Array(),
      new Uint8Array(70_000).fill(200),
      new Map<unknown, unknown>([
        [{ a: 1 }, new Set([[undefined]])],
        [Number.NaN, -0],
        [undefined, null],
      ]),
      { $: ['date', 0] },
      { $: 1, a: { $: ['undefined'] } },
      { a: undefined },
      [undefined],
      [[[]]],
      {},
      [],
      own,
    ]
    for (const value of values) {
      expect(decode(encode({ value }))).toStrictEqual({ value })
      expect(copy({ value })).toStrictEqual({ value })
    }
    expect(Object.getPrototypeOf(decode(encode(own)))).toBe(Object.prototype)
    expect(({} as { admin?: boolean }).admin).toBe(undefined)
  })

  test('promise 17: what would not come back is refused, with the path', () => {
    class Point {
      x = 1
    }
    const cycle: Record<string, unknown> = { inner: {} }
    ;(cycle.inner as Record<string, unknown>).back = cycle
    const deep: unknown[] = []
    let end = deep
    for (let i = 0; i < 200; i++) end.push((end = []))
    const holes: unknown[] = []
    holes[2] = 1
    for (const [value, message] of [
      [{ user: { tags: [1, () => {}] } }, 'data.user.tags[1] is a function'],
      [{ 'a b': Symbol('x') }, 'data["a b"] is a symbol'],
      [{ at: new Point() }, 'data.at is an instance of Point'],
      [{ list: new (class extends Array {})() }, 'data.list is an instance of'],
      [{ bytes: Buffer.from('x') }, 'data.bytes is a Buffer: pass new Uint8Array(it)'],
      [{ error: new Error('x') }, 'data.error is an instance of Error'],
      [{ re: /x/ }, 'data.re is an instance of RegExp'],
      [{ p: Promise.resolve() }, 'data.p is an instance of Promise'],
      [{ holes }, 'data.holes is an array with holes'],
      [{ [Symbol('x')]: 1 }, 'data is an object with a symbol as key'],
      [new Map([['k', { deep: [() => {}] }]]), 'data.values()[0].deep[0] is a function'],
      [new Set([Symbol('x')]), 'data.values()[0] is a symbol'],
      [cycle, 'data.inner.back is a value that contains itself'],
      [{ deep }, 'is nested deeper than 100 levels'],
    ] as const) {
      for (const work of [encode, copy]) {
        let error: unknown
        try {
          work(value)
        } catch (thrown) {
          error = thrown
        }
        expect(error).toMatchObject({ name: 'SessionDataError', message: expect.stringContaining(message) as string })
      }
    }
  })
})

test('a frozen value cannot be changed in any of its parts', () => {
  const value = frozenCopy({
    object: { a: 1 },
    list: [{ a: 1 }],
    map: new Map([['k', { a: 1 }]]),
    set: new Set([1]),
    date: new Date(0),
    url: new URL('https://a.test/'),
  })
  for (const change of [
    () => (value.object.a = 2),
    () => value.list.push({ a: 2 }),
    () => (value.list[0]!.a = 2),
    () => value.map.set('x', { a: 2 }),
    () => value.map.clear(),
    () => (value.map.get('k')!.a = 2),
    () => value.set.add(2),
    () => value.date.setTime(1),
    () => value.date.setUTCFullYear(1),
    () => (value.url.href = 'https://b.test/'),
    () => (value.url.pathname = '/x'),
  ]) {
    expect(change).toThrow(TypeError)
  }
  expect(value.url.href).toBe('https://a.test/')
  expect(encode(value)).toBe(encode(copy(value)))
  for (const open of [copy(value), thawed(value)]) {
    open.list[0]!.a = 2
    open.map.get('k')!.a = 2
    open.date.setTime(1)
    expect([value.list[0]!.a, value.map.get('k')!.a, value.date.getTime()]).toEqual([1, 1, 0])
  }
})

/** mulberry32: the same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const KEYS = [
  'a',
  'b',
  '$',
  '__proto__',
  'length',
  'save',
  '_x',
  '',
  '0',
  'with space',
  'é',
  '"',
  'constructor',
  'toJSON',
]

function generated(next: () => number, depth: number): unknown {
  const list = (): unknown[] => Array.from({ length: Math.floor(next() * 5) }, () => generated(next, depth + 1))
  const kind = Math.floor(next() * (depth > 4 ? 9 : 13))
  switch (kind) {
    case 0:
      return String.fromCharCode(...Array.from({ length: Math.floor(next() * 8) }, () => Math.floor(next() * 65_536)))
    case 1:
      return [0, -0, Number.NaN, Infinity, -Infinity, 1e21, next(), -next() * 1e10][Math.floor(next() * 8)]
    case 2:
      return next() < 0.5
    case 3:
      return [null, undefined][Math.floor(next() * 2)]
    case 4:
      return BigInt(Math.floor(next() * 2 ** 50)) ** BigInt(Math.floor(next() * 3)) * (next() < 0.5 ? -1n : 1n)
    case 5:
      return new Date(Math.floor((next() - 0.5) * 1e13))
    case 6:
      return new URL(`https://host${Math.floor(next() * 9)}.test/p%20q?x=${Math.floor(next() * 9)}#f`)
    case 7:
      return Uint8Array.from({ length: Math.floor(next() * 20) }, () => Math.floor(next() * 256))
    case 8:
      return KEYS[Math.floor(next() * KEYS.length)]
    case 9:
      return list()
    case 10:
      return new Set(list())
    case 11:
      return new Map(list().map((key) => [key, generated(next, depth + 1)]))
    default: {
      const object: Record<string, unknown> = {}
      for (const value of list()) {
        const key = KEYS[Math.floor(next() * KEYS.length)]!
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
      }
      return object
    }
  }
}
