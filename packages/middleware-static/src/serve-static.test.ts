import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bodyOf, mount, reply, stack } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { fileSystem, memory, serveStatic } from './index.ts'
import type { App } from '@fsgi/core'
import type { StaticOptions } from './index.ts'

const inner: App = (request, context) => reply(`inner ${request.method} ${context.path}`, { status: 404 })
const LARGE = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) % 256)

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fsgi-static-'))
  await mkdir(join(root, 'docs'))
  await mkdir(join(root, 'empty'))
  await mkdir(join(root, '.well-known'))
  await mkdir(join(root, '.git'))
  await writeFile(join(root, 'index.html'), '<h1>Home</h1>')
  await writeFile(join(root, 'docs/index.html'), '<h1>Docs</h1>')
  await writeFile(join(root, 'hello.txt'), 'Hello, world!')
  await writeFile(join(root, 'empty.txt'), '')
  await writeFile(join(root, '100% ü.txt'), 'percent')
  await writeFile(join(root, 'LICENSE'), 'MIT')
  await writeFile(join(root, 'app.3f9ac1d2.js'), 'export {}')
  await writeFile(join(root, 'data.json'), '{}')
  await writeFile(join(root, 'feed.xml'), '<a/>')
  await writeFile(join(root, 'picture.svg'), '<svg/>')
  await writeFile(join(root, '.well-known/security.txt'), 'Contact:')
  await writeFile(join(root, '.git/config'), 'secret')
  await writeFile(join(root, '.env'), 'SECRET=1')
  await writeFile(join(root, 'large.bin'), LARGE)
  await utimes(join(root, 'hello.txt'), 1_700_000_000.9, 1_700_000_000.9)
  await utimes(join(root, 'large.bin'), 1_700_000_000, 1_700_000_000)
})
afterAll(() => rm(root, { recursive: true }))

const site = (options?: StaticOptions): App => serveStatic(root, options)(inner)
const small = { cache: { maxFileBytes: 100_000 } } // so that large.bin is streamed

const answers: Response[] = []
afterEach(async () => {
  for (const { body } of answers.splice(0)) if (body?.locked === false) await body.cancel() // a server ends every exchange
})

async function get(
  path: string,
  headers: Record<string, string> = {},
  app = site(small),
  method = 'GET',
): Promise<Response> {
  const response = await dispatch(app, new Request(`http://localhost${path}`, { method, headers }))
  answers.push(response)
  return response
}

describe('a file', () => {
  test('is served with its type, length, validators and nosniff', async () => {
    const response = await get('/hello.txt')
    expect(await response.text()).toBe('Hello, world!')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain;charset=utf-8',
      'content-length': '13',
      'last-modified': 'Tue, 14 Nov 2023 22:13:20 GMT',
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    })
  })

  test('that is small is a reply with known bytes', async () => {
    let seen: unknown
    const spy: App = async (request, context) => {
      const response = await site()(request, context)
      seen = bodyOf(response)
      return response
    }
    await get('/hello.txt', {}, spy)
    expect(new TextDecoder().decode(seen as Uint8Array)).toBe('Hello, world!')
  })

  test('that is large is streamed, and tagged weakly', async () => {
    const response = await get('/large.bin')
    expect(response.headers.get('etag')).toMatch(/^W\/"[\w-]{22}"$/)
    expect(response.headers.get('content-length')).toBe('200000')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(LARGE)
  })

  test('that is empty is served as it is, whatever range is asked for', async () => {
    for (const headers of [{}, { range: 'bytes=0-' }, { range: 'bytes=-5' }]) {
      const response = await get('/empty.txt', headers)
      expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '0', ''])
    }
  })

  test.each([
    ['/100%25%20%C3%BC.txt', 'text/plain;charset=utf-8'],
    ['/LICENSE', 'application/octet-stream'],
    ['/app.3f9ac1d2.js', 'text/javascript;charset=utf-8'],
    ['/data.json', 'application/json;charset=utf-8'],
    ['/feed.xml', 'application/xml'],
    ['/picture.svg', 'image/svg+xml'],
    ['/', 'text/html;charset=utf-8'],
    ['/.well-known/security.txt', 'text/plain;charset=utf-8'],
  ])('%s has the type %s', async (path, type) => {
    const response = await get(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
  })
})

describe('what goes to the app below', () => {
  test.each([
    '/nothing',
    '/hello.txt/',
    '/hello.txt/x',
    '/empty',
    '/empty/',
    '/.env',
    '/.git/config',
    '/docs%2Findex.html',
    '//hello.txt',
    '/hello.txt%00',
    '/x'.repeat(3000),
    `/${'y'.repeat(300)}`,
  ])('%.40s', async (path) => {
    const response = await get(path)
    expect([response.status, await response.text()]).toEqual([404, expect.stringMatching(/^inner GET /)])
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s', async (method) => {
    const response = await get('/hello.txt', {}, site(), method)
    expect([response.status, await response.text()]).toEqual([404, `inner ${method} /hello.txt`])
  })

  test('a failure of the backend is not: it is a 500 and reported', async () => {
    const reported: unknown[] = []
    const broken = serveStatic({ find: () => Promise.reject(new Error('the disk is on fire')) })(inner)
    const response = await dispatch(broken, '/x', { report: (error) => reported.push(error) })
    expect(response.status).toBe(500)
    expect(String(reported[0])).toContain('the disk is on fire')
  })
})

describe('a directory', () => {
  test('is its index', async () => {
    expect(await (await get('/docs/')).text()).toBe('<h1>Docs</h1>')
    expect(await (await get('/docs/', {}, site({ index: ['nothing.html', 'index.html'] }))).text()).toBe(
      '<h1>Docs</h1>',
    )
    expect((await get('/docs/', {}, site({ index: [] }))).status).toBe(404)
  })

  test.each([
    ['/docs', '/docs/'],
    ['/docs?a=b&c=/d', '/docs/?a=b&c=/d'],
    ['/%64ocs', '/%64ocs/'],
    ['/docs?', '/docs/'],
  ])('without its slash: %s → %s', async (path, location) => {
    const response = await get(path)
    expect([response.status, response.headers.get('location')]).toEqual([301, location])
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  test('without its slash and without an index goes to the app below', async () => {
    expect((await get('/empty')).status).toBe(404)
    expect((await get('/docs', {}, site({ index: [] }))).status).toBe(404)
  })

  test('never redirects to another site', async () => {
    for (const path of ['//docs', '//example.com/docs', '/%5Cexample.com/docs', '/docs%2F..', '///docs']) {
      expect((await get(path)).headers.get('location'), path).toBeNull()
    }
    const mounted = mount({ '/x': site() })
    expect((await get('/x//example.com', {}, mounted)).status).toBe(404)
  })
})

describe('below a mount', () => {
  const app = mount({ '/assets': (request, context) => site(small)(request, context), '/': inner })
  test('the path below it is served', async () => {
    expect(await (await get('/assets/hello.txt', {}, app)).text()).toBe('Hello, world!')
    expect(await (await get('/%61ssets/hello.txt', {}, app)).text()).toBe('Hello, world!')
    expect((await get('/hello.txt', {}, app)).status).toBe(404)
  })

  test('redirects keep the mount as it was spelled', async () => {
    expect((await get('/%61ssets?x', {}, app)).headers.get('location')).toBe('/%61ssets/?x')
    expect((await get('/assets/docs?x', {}, app)).headers.get('location')).toBe('/assets/docs/?x')
    expect(await (await get('/assets/', {}, app)).text()).toBe('<h1>Home</h1>')
  })

  test('roots can be stacked: the first that has the file answers', async () => {
    const stacked = stack(serveStatic(memory({ '/hello.txt': 'first' })), serveStatic(root))(inner)
    expect(await (await get('/hello.txt', {}, stacked)).text()).toBe('first')
    expect(await (await get('/data.json', {}, stacked)).text()).toBe('{}')
  })
})

describe('HEAD', () => {
  test.each(['/hello.txt', '/large.bin', '/', '/empty.txt', '/docs'])(
    '%s has the fields of GET and no content',
    async (path) => {
      const [got, head] = [await get(path), await get(path, {}, site(small), 'HEAD')]
      expect([...head.headers]).toEqual([...got.headers])
      expect([head.status, await head.text()]).toEqual([got.status, ''])
    },
  )

  test('ignores ranges, which are for GET alone', async () => {
    const response = await get('/hello.txt', { range: 'bytes=0-4' }, site(), 'HEAD')
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '13'])
    expect((await get('/hello.txt', { range: 'bytes=99-' }, site(), 'HEAD')).status).toBe(200)
  })

  test('opens no stream', async () => {
    let streams = 0
    const backend = {
      find: () => ({
        size: 5,
        modified: null,
        etag: '"x"',
        bytes: null,
        stream: () => (streams++, new ReadableStream()),
        close: () => {},
      }),
    }
    const response = await dispatch(serveStatic(backend)(inner), new Request('http://localhost/x', { method: 'HEAD' }))
    expect([response.headers.get('content-length'), streams]).toEqual(['5', 0])
  })
})

describe('conditions', () => {
  for (const path of ['/hello.txt', '/large.bin']) {
    test(`304 for ${path} carries what a cache must know and nothing about content`, async () => {
      const { headers } = await get(path)
      for (const method of ['GET', 'HEAD']) {
        const response = await get(path, { 'if-none-match': headers.get('etag')! }, site(small), method)
        expect(response.status).toBe(304)
        expect(Object.fromEntries(response.headers)).toEqual({ etag: headers.get('etag'), 'cache-control': 'no-cache' })
        expect(await response.text()).toBe('')
      }
      expect((await get(path, { 'if-modified-since': headers.get('last-modified')! })).status).toBe(304)
      expect(
        (await get(path, { 'if-none-match': '"other"', 'if-modified-since': headers.get('last-modified')! })).status,
      ).toBe(200)
    })
  }

  test('412 has no content', async () => {
    const response = await get('/hello.txt', { 'if-match': '"other"', range: 'bytes=0-1' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([412, '0', ''])
  })

  test('Last-Modified is never later than now', async () => {
    const path = join(root, 'future.txt')
    await writeFile(path, 'x')
    await utimes(path, 4_000_000_000, 4_000_000_000)
    const response = await get('/future.txt')
    expect(Date.parse(response.headers.get('last-modified')!)).toBeLessThanOrEqual(Date.now())
  })
})

describe('ranges', () => {
  for (const [path, content] of [
    ['/hello.txt', new TextEncoder().encode('Hello, world!')],
    ['/large.bin', LARGE],
  ] as const) {
    const size = content.length
    test.each([
      ['bytes=0-4', 0, 4],
      ['bytes=5-', 5, size - 1],
      ['bytes=-3', size - 3, size - 1],
      [`bytes=-${size + 1}`, 0, size - 1],
      [`bytes=3-${size * 2}`, 3, size - 1],
      ['bytes=0-4,3-6', 0, 6],
    ])(`${path}: %s`, async (range, first, last) => {
      const response = await get(path, { range })
      expect(response.status).toBe(206)
      expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/${size}`)
      expect(response.headers.get('content-length')).toBe(String(last - first + 1))
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(content.slice(first, last + 1))
    })

    test(`${path}: a range beyond the end is 416 with the size`, async () => {
      const response = await get(path, { range: `bytes=${size}-` })
      expect([response.status, response.headers.get('content-range'), await response.text()]).toEqual([
        416,
        `bytes */${size}`,
        '',
      ])
    })

    test(`${path}: several ranges are a multipart body of exactly the promised length`, async () => {
      const response = await get(path, { range: 'bytes=7-8,0-1,-2' })
      expect(response.status).toBe(206)
      expect(response.headers.has('content-range')).toBe(false)
      const boundary = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(response.headers.get('content-type')!)![1]!
      const body = new Uint8Array(await response.arrayBuffer())
      expect(response.headers.get('content-length')).toBe(String(body.length))
      expect(partsOf(body, boundary)).toEqual(
        [
          [7, 8],
          [0, 1],
          [size - 2, size - 1],
        ].map(([first, last]) => ({
          range: `bytes ${first}-${last}/${size}`,
          bytes: Array.from(content.subarray(first, last! + 1)),
        })),
      )
    })

    test.each(['bytes=4-0', 'lines=0-4', 'bytes=x', '0-4'])(`${path}: %s is ignored`, async (range) => {
      const response = await get(path, { range })
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, size])
    })
  }

  test('If-Range: the strong tag or the exact date give the part, anything else the whole', async () => {
    const { headers } = await get('/hello.txt')
    const status = async (path: string, ifRange: string): Promise<number> =>
      (await get(path, { range: 'bytes=0-1', 'if-range': ifRange })).status
    expect(await status('/hello.txt', headers.get('etag')!)).toBe(206)
    expect(await status('/hello.txt', `W/${headers.get('etag')}`)).toBe(200)
    expect(await status('/hello.txt', '"other"')).toBe(200)
    expect(await status('/hello.txt', headers.get('last-modified')!)).toBe(206)
    expect(await status('/hello.txt', 'Wed, 15 Nov 2023 22:13:20 GMT')).toBe(200)
    expect(await status('/large.bin', (await get('/large.bin')).headers.get('etag')!)).toBe(200)
  })

  test('a condition is looked at before the range', async () => {
    const etag = (await get('/hello.txt')).headers.get('etag')!
    expect((await get('/hello.txt', { range: 'bytes=99-', 'if-none-match': etag })).status).toBe(304)
    expect((await get('/hello.txt', { range: 'bytes=99-', 'if-match': '"x"' })).status).toBe(412)
    expect((await get('/hello.txt', { range: 'bytes=99-', 'if-range': '"x"' })).status).toBe(200)
  })
})

describe('options', () => {
  test('cacheControl is a text, or made for each file', async () => {
    const cacheControl = (path: string, option: StaticOptions['cacheControl']): Promise<string | null> =>
      get(path, {}, site({ cacheControl: option })).then(({ headers }) => headers.get('cache-control'))
    expect(await cacheControl('/hello.txt', 'max-age=60')).toBe('max-age=60')
    expect(await cacheControl('/hello.txt', () => null)).toBeNull()
    expect(await cacheControl('/docs/', (file) => `max-age=${file.size}, x="${file.path} ${file.type}"`)).toBe(
      'max-age=13, x="/docs/index.html text/html;charset=utf-8"',
    )
    expect(await cacheControl('/hello.txt', (file) => `x=${file.modified?.getTime()}`)).toBe('x=1700000000900')
  })

  test('immutable names are kept for a year', async () => {
    const immutable = /\.[0-9a-f]{8}\.\w+$/g
    const app = site({ immutable, cacheControl: 'no-store' })
    for (let i = 0; i < 3; i++) {
      expect((await get('/app.3f9ac1d2.js', {}, app)).headers.get('cache-control')).toBe('max-age=31536000, immutable')
    }
    expect((await get('/hello.txt', {}, app)).headers.get('cache-control')).toBe('no-store')
  })

  test('dotfiles', async () => {
    expect(await (await get('/.env', {}, site({ dotfiles: true }))).text()).toBe('SECRET=1')
    expect((await get('/.well-known/security.txt', {}, site({ dotfiles: false }))).status).toBe(404)
    expect((await get('/.env', {}, site({ dotfiles: ['.env'] }))).status).toBe(200)
  })

  test('the root may be a file: URL', async () => {
    expect((await get('/hello.txt', {}, serveStatic(pathToFileURL(root))(inner))).status).toBe(200)
  })

  test.each([
    [{ index: 'index.html' }, "option 'index' must be a list of names"],
    [{ index: ['a/b'] }, "option 'index.0' must be the plain name of a file"],
    [{ dotfiles: 'allow' }, "option 'dotfiles' must be true, false, or a list"],
    [{ cacheControl: 60 }, "option 'cacheControl' must be the text of a Cache-Control field"],
    [{ cacheControl: 'a\r\nb: c' }, "option 'cacheControl' must be the text"],
    [{ immutable: true }, "option 'immutable' must be a regular expression"],
    [{ symlinks: true }, "option 'symlinks' must be 'inside', 'follow' or 'never'"],
    [{ cache: { maxBytes: -1 } }, "option 'cache.maxBytes' must not be negative"],
    [{ cache: { maxBytes: 1.5 } }, "option 'cache.maxBytes' must be a whole number of bytes"],
    [{ cache: { max: 1 } }, "there is no option 'cache.max'"],
    [{ maxAge: 60 }, "there is no option 'maxAge'"],
    [null, 'the options must be an object'],
  ])('%j is refused: %s', (options, message) => {
    expect(() => serveStatic(root, options as StaticOptions)).toThrow(`@fsgi/middleware-static: ${message}`)
  })

  test('a root that is no directory is refused at once', () => {
    expect(() => serveStatic(join(root, 'hello.txt'))).toThrow(
      `the root '${join(root, 'hello.txt')}' is not a directory`,
    )
    expect(() => serveStatic(join(root, 'none'))).toThrow('is not a directory')
    expect(() => serveStatic({} as never)).toThrow('the root must be a path, a file: URL, or a backend')
    expect(() => serveStatic(fileSystem(root), { symlinks: 'never' })).toThrow("option 'symlinks' is for a directory")
  })
})

function partsOf(body: Uint8Array, boundary: string): { range: string; bytes: number[] }[] {
  const text = Buffer.from(body).toString('latin1')
  const pieces = text.split(`--${boundary}`)
  expect([pieces[0], pieces.at(-1)]).toEqual(['', '--\r\n'])
  return pieces.slice(1, -1).map((piece) => {
    const [head, ...rest] = piece.split('\r\n\r\n')
    const range = /\r\ncontent-range: (.*)$/m.exec(head!)![1]!
    const content = rest.join('\r\n\r\n')
    expect(content.endsWith('\r\n')).toBe(true)
    return { range, bytes: [...Buffer.from(content.slice(0, -2), 'latin1')] }
  })
}
