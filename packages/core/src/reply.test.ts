import { describe, expect, it } from 'vitest'
import { bodyOf, reply } from './reply.ts'
import { headOf } from './server.ts'
import { KnownReply } from './reply/known-reply.ts'
import type { KnownBody } from './reply.ts'

// Node builds a NodeReply; the class of the other runtimes is tested here as well, since it is right on Node too.
const text = 'text/plain;charset=UTF-8'
const makers: [string, (body: KnownBody, init?: ResponseInit) => Response][] = [
  ['reply', reply],
  ['KnownReply', (body, init) => new KnownReply(body, init, typeof body === 'string' ? text : undefined)],
]

const bytes = new TextEncoder().encode('héllo')
const bodies: [string, KnownBody][] = [
  ['a string', 'héllo'],
  ['an empty string', ''],
  ['bytes', bytes],
  ['null', null],
]
const inits: [string, ResponseInit | undefined][] = [
  ['no init', undefined],
  ['a status and text', { status: 404, statusText: 'Nope' }],
  ['headers', { headers: { 'Content-Type': 'text/html', 'X-A': ' 1 ' } }],
  [
    'pairs',
    {
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-a', '1'],
        ['x-a', '2'],
      ],
    },
  ],
  ['Headers', { headers: new Headers({ etag: '"x"' }) }],
]
const combinations = makers.flatMap(([maker, make]) =>
  bodies.flatMap(([body, value]) => inits.map(([init, given]) => [maker, body, init, make, value, given] as const)),
)

/** Everything that can be seen of a response from outside. */
async function seen(response: Response): Promise<unknown> {
  const { status, statusText, ok, redirected, type, url } = response
  const before = { used: response.bodyUsed, hasBody: response.body !== null }
  const copy = response.clone()
  return {
    status,
    statusText,
    ok,
    redirected,
    type,
    url,
    before,
    headers: [...response.headers],
    cookies: response.headers.getSetCookie(),
    copy: [copy.status, copy.statusText, [...copy.headers], await copy.text()],
    text: await response.text(),
    used: response.bodyUsed,
  }
}

describe('reply() looks like a plain Response', () => {
  it.each(combinations)('%s: %s with %s', async (_maker, _body, _init, make, body, init) => {
    expect(await seen(make(body, init))).toEqual(await seen(new Response(body, init)))
  })

  it.each(makers)('%s: every way to read the body', async (_name, make) => {
    for (const read of ['text', 'arrayBuffer', 'blob'] as const) {
      const [ours, plain] = [make('[1]'), new Response('[1]')]
      expect(await new Response((await ours[read]()) as BodyInit).text()).toBe(
        await new Response((await plain[read]()) as BodyInit).text(),
      )
      expect([ours.bodyUsed, plain.bodyUsed]).toEqual([true, true])
      await expect(ours.text()).rejects.toThrow(TypeError)
      await expect(ours.blob()).rejects.toThrow(TypeError)
      expect(() => ours.clone()).toThrow(TypeError)
    }
    expect(await make('[1]').json()).toEqual([1])
    await expect(make('{').json()).rejects.toThrow(SyntaxError)
    expect(new TextDecoder().decode(await make('x').bytes())).toBe('x')
    const form = await make('a=1', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData()
    expect(form.get('a')).toBe('1')
    expect((await make('x', { headers: { 'content-type': 'text/html' } }).blob()).type).toBe('text/html')
  })

  it.each(makers)('%s: a Buffer gives away no more than its own bytes', async (_name, make) => {
    const given = Buffer.from('hi') // a view of the pool that all small Buffers share
    expect((await make(given).arrayBuffer()).byteLength).toBe(2)
    const read = await make(given).bytes()
    read[0] = 0
    expect([read.byteLength, given.toString()]).toEqual([2, 'hi'])
  })

  it.each(makers)('%s: locking, reading and cancelling the stream', async (_name, make) => {
    const locked = make('abc')
    const reader = locked.body!.getReader()
    expect(locked.body!.locked).toBe(true)
    await expect(locked.text()).rejects.toThrow(TypeError)
    reader.releaseLock()
    expect(await locked.text()).toBe('abc')
    const cancelled = make('abc')
    await cancelled.body!.cancel()
    expect(cancelled.bodyUsed).toBe(true)
    await expect(cancelled.text()).rejects.toThrow(TypeError)
    expect(make('abc').body).toBeInstanceOf(ReadableStream)
    const same = make('abc')
    expect(same.body).toBe(same.body)
  })

  it.each(makers)('%s: is an instance of Response and can be rebuilt', async (_name, make) => {
    const response = make('abc', { status: 201, headers: { 'x-a': '1' } })
    expect(response).toBeInstanceOf(Response)
    const rebuilt = new Response(response.body, response)
    expect([rebuilt.status, rebuilt.headers.get('x-a'), await rebuilt.text()]).toEqual([201, '1', 'abc'])
  })

  it.each(makers)('%s: refuses what new Response refuses', (_name, make) => {
    for (const status of [204, 205, 304]) expect(() => make('x', { status })).toThrow(TypeError)
    for (const status of [101, 199, 600]) expect(() => make(null, { status })).toThrow(RangeError)
    expect(() => make('x', { headers: { 'bad name': '1' } })).toThrow(TypeError)
    for (const value of ['a\r\nb', 'a\0b', '☃']) expect(() => make('x', { headers: { a: value } })).toThrow(TypeError)
    expect(() => make('x', { statusText: 'a\r\nb' })).toThrow(TypeError)
  })

  it('trims header values as the Fetch standard does, and no further', () => {
    expect(reply('', { headers: { a: '\t 1\u00a0 ' } }).headers.get('a')).toBe('1\u00a0')
  })

  it('its headers stay those that were changed', async () => {
    const response = reply('x', { headers: { a: '1' } })
    response.headers.append('vary', 'cookie')
    response.headers.delete('a')
    expect([...response.headers]).toEqual([
      ['content-type', text],
      ['vary', 'cookie'],
    ])
    expect([...response.clone().headers]).toEqual([...response.headers])
  })
})

describe('reply.json()', () => {
  it('answers as Response.json does', async () => {
    const init = { status: 201, headers: { 'x-a': '1' } }
    expect(await seen(reply.json({ a: [1] }, init))).toEqual(await seen(Response.json({ a: [1] }, init)))
    expect(bodyOf(reply.json({ a: 1 }))).toBe('{"a":1}')
    expect(reply.json(1, { headers: { 'content-type': 'application/problem+json' } }).headers.get('content-type')).toBe(
      'application/problem+json',
    )
  })

  it('refuses what JSON cannot express', () => {
    expect(() => reply.json(undefined)).toThrow(TypeError)
    expect(() => reply.json(() => {})).toThrow('which JSON cannot express')
  })
})

describe('bodyOf()', () => {
  it.each(makers)('%s: gives the bytes without taking them', async (_name, make) => {
    const response = make('abc')
    expect([bodyOf(response), bodyOf(response), response.bodyUsed]).toEqual(['abc', 'abc', false])
    expect(bodyOf(make(bytes))).toBe(bytes)
    expect(bodyOf(make(null))).toBeNull()
    expect(await response.text()).toBe('abc')
  })

  it.each(makers)(
    '%s: survives new Response(body, response) and a clone, not a transformation',
    async (_name, make) => {
      const response = make('abc')
      const rebuilt = new Response(response.body, response)
      expect(bodyOf(rebuilt)).toBe('abc')
      expect(bodyOf(make('abc').clone())).toBe('abc')
      expect(bodyOf(new Response(rebuilt.body!.pipeThrough(new TransformStream()), rebuilt))).toBeUndefined()
    },
  )

  it.each(makers)('%s: is undefined once the body was read, cancelled or locked', async (_name, make) => {
    const read = make('abc')
    await read.text()
    expect(bodyOf(read)).toBeUndefined()
    const locked = make('abc')
    locked.body!.getReader()
    expect(bodyOf(locked)).toBeUndefined()
    const cancelled = make('abc')
    await cancelled.body!.cancel()
    expect(bodyOf(cancelled)).toBeUndefined()
  })

  it('is undefined for a plain Response, whose bytes only its stream knows, and null for no body', () => {
    expect(bodyOf(new Response('abc'))).toBeUndefined()
    expect(bodyOf(new Response(null))).toBeNull()
  })

  it('knows the replies of another copy of core', async () => {
    const copy = './reply.ts?copy=2'
    const other: { reply: typeof reply } = await import(/* @vite-ignore */ copy)
    const theirs = other.reply('abc')
    expect(bodyOf(theirs)).toBe('abc')
    expect(bodyOf(new Response(theirs.body, theirs))).toBe('abc')
    expect(headOf(other.reply('abc'))).toEqual(['content-type', text])
  })
})

describe('headOf()', () => {
  it('gives the fields until somebody looks at the headers', () => {
    const response = reply('x', {
      headers: [
        ['Set-Cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    })
    expect(headOf(response)).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2', 'content-type', text])
    response.headers.set('x', 'y')
    expect(headOf(response)).toBeNull()
    expect(headOf(new Response('x'))).toBeNull()
  })
})

it('a frozen object of fields is shared by responses that share nothing else', () => {
  const headers = Object.freeze({ 'Cache-Control': 'no-cache', etag: '"x"' })
  const make = (): Response => reply(new Uint8Array(1), { headers })
  const first = make()
  first.headers.set('cache-control', 'private')
  first.headers.append('set-cookie', 'a=b')
  const second = make()
  expect([...second.headers]).toEqual([
    ['cache-control', 'no-cache'],
    ['etag', '"x"'],
  ])
  expect([...second.clone().headers]).toEqual([...make().headers])
  expect(() => make().headers.set('etag', '"y"')).not.toThrow()
  expect(make().headers.get('etag')).toBe('"x"')
  expect([...reply('text', { headers }).headers.keys()]).toContain('content-type')
  expect([...reply(new Uint8Array(1), { headers }).headers.keys()]).not.toContain('content-type')
})

it('a frozen object whose fields are not constant, or not valid, is read each time', () => {
  let count = 0
  const headers = Object.freeze({
    get 'x-count'() {
      return String(++count)
    },
  })
  const counts = [1, 2].map(() => reply(null, { headers }).headers.get('x-count'))
  expect(counts[0]).not.toBe(counts[1])
  const wrong = Object.freeze({ 'x y': '1' })
  for (let i = 0; i < 2; i++) expect(() => reply(null, { headers: wrong }).headers).toThrow(TypeError)
})
