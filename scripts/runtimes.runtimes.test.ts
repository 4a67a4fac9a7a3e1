// One program on every runtime, on real servers: core's answers are the same everywhere.
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runtimes } from '../runtimes/index.ts'
import { builtProgram } from './runtimes/built-program.ts'
import { startProgram } from './runtimes/start-program.ts'
import type { Runtime } from '../runtimes/index.ts'

const versions: Record<Runtime, RegExp> = {
  node20: /^v20\./,
  node22: /^v22\./,
  node24: /^v24\./,
  node26: /^v26\./,
  bun: /^1\./,
  deno: /^deno 2\./,
  workerd: /^workerd 20\d\d-/,
}

let program: ReturnType<typeof builtProgram>
beforeAll(() => {
  program = builtProgram(['@fsgi/core', '@fsgi/server-node'])
})
afterAll(() => program.remove())

describe.each(Object.keys(versions) as Runtime[])('%s', (runtime) => {
  let server: Awaited<ReturnType<typeof startProgram>>
  beforeAll(async () => {
    server = await startProgram(runtime, program.folder)
  })
  afterAll(() => server.stop())
  const get = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(server.url + path, { redirect: 'manual', ...init })

  test('is the version that it is called', () => {
    expect(spawnSync(runtimes[runtime], ['--version'], { encoding: 'utf8' }).stdout).toMatch(versions[runtime])
  })

  test('reply() sends text, bytes, JSON and nothing', async () => {
    const text = await get('/text')
    expect([text.status, text.headers.get('content-type'), await text.text()]).toEqual([
      200,
      'text/plain;charset=UTF-8',
      'héllo',
    ])
    const bytes = await get('/bytes')
    expect([bytes.headers.get('content-length'), [...(await bytes.bytes())]]).toEqual(['3', [0, 255, 10]])
    const json = await get('/json')
    expect([json.status, json.headers.get('content-type'), await json.text()]).toEqual([
      201,
      'application/json',
      '{"a":[1,null]}',
    ])
    const empty = await get('/empty')
    expect([empty.status, await empty.text()]).toEqual([204, ''])
  })

  test('HEAD has the head of GET and no body', async () => {
    const response = await get('/text', { method: 'HEAD' })
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/plain;charset=UTF-8',
      '',
    ])
  })

  test('bodyOf() knows the bytes until they are read, and every object is genuine', async () => {
    expect(await (await get('/known')).json()).toEqual({
      peeked: 'known',
      // Deno makes a new stream in `new Response(known.body)`: the bytes are then known only to that.
      ...(runtime === 'deno' ? {} : { rebuilt: 'known' }),
      read: 'known',
      afterwards: 'nothing',
      none: null,
      genuine: [true, true, true],
      cloned: 'again',
    })
  })

  test('a plain Response keeps its Set-Cookie lines apart', async () => {
    const response = await get('/plain')
    expect([response.headers.getSetCookie(), await response.text()]).toEqual([['a=1', 'b=2'], 'plain'])
  })

  test('stack() runs the layers outermost first, and editHeaders() works on immutable headers', async () => {
    const response = await get('/stack')
    expect([await response.text(), response.headers.get('x-layers')]).toEqual(['OUTERINNER', 'inner, outer'])
    const redirect = await get('/redirect')
    expect([redirect.status, redirect.headers.get('location'), redirect.headers.get('x-layers')]).toEqual([
      303,
      'http://localhost/text',
      'a',
    ])
  })

  test.each([
    ['/a%20b', { mount: '/a%20b', path: '' }],
    ['/%61%20b/c/d%2Fe%20f/', { mount: '/%61%20b/c', path: '/d%2Fe f/' }],
    ['/a%20b/x/../y?z', { mount: '/a%20b', path: '/y' }],
  ])('mount() takes decoded segments of %s', async (path, expected) => {
    expect(await (await get(path)).json()).toEqual(expected)
  })

  test('mount() answers 404 where nothing is', async () => {
    expect((await get('/nowhere')).status).toBe(404)
  })

  test('bodies stream in and out', async () => {
    expect(await (await get('/stream')).text()).toBe('0;1;2;')
    const sent = 'ä'.repeat(200_000)
    expect(await (await get('/echo', { method: 'POST', body: sent })).text()).toBe(sent)
  })

  test('an error is answered 500 and tells the client nothing', async () => {
    const response = await get('/throw')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
  })

  test('context.defer() runs once the response is over', async () => {
    await (await get('/cleanup')).text()
    await expect.poll(async () => (await get('/cleaned-up')).text()).toBe('1')
  })
})
