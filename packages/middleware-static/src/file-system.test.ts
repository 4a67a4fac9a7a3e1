import { execFileSync } from 'node:child_process'
import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { FileCache } from './file-cache.ts'
import { fileSystem } from './file-system.ts'
import { belowRoot } from './open-inside.ts'
import { isSettled } from './is-settled.ts'
import { serveStatic } from './serve-static.ts'
import { meanwhile } from './fixtures/meanwhile.ts'
import { until } from './fixtures/until.ts'
import type { App } from '@fsgi/core'
import type { Backend, StoredFile } from './backend.ts'
import type { BigIntStats } from 'node:fs'

let base: string
let root: string
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'fsgi-files-'))
  root = join(base, 'p')
  await mkdir(root)
})
afterEach(() => rm(base, { recursive: true }))

const inner: App = () => new Response('inner', { status: 404 })
const LARGE = 300_000
const streaming = { cache: { maxFileBytes: 1000 } }

async function text(backend: Backend, name: string): Promise<string | null> {
  const file = await backend.find(name)
  if (file === null || file === 'directory') return file
  try {
    return file.bytes === null
      ? await new Response(await file.stream(0, file.size)).text()
      : new TextDecoder().decode(file.bytes)
  } finally {
    if (file.bytes === null) await file.close?.()
  }
}

async function opened(backend: Backend, name: string): Promise<StoredFile> {
  const file = await backend.find(name)
  if (file === null || file === 'directory') throw new Error(`'${name}' is not a file`)
  return file
}

/** Waits until a file is old enough to be kept in memory, and has it there. */
const settled = (backend: Backend, name: string): Promise<void> =>
  until(async () => (await opened(backend, name)) === (await opened(backend, name)), `${name} is kept in memory`)

describe('symbolic links', () => {
  beforeEach(async () => {
    await mkdir(join(base, 'private'))
    await mkdir(join(root, 'real'))
    await writeFile(join(base, 'private/secret.txt'), 'secret')
    await writeFile(join(root, 'real/a.txt'), 'a')
    await symlink('real/a.txt', join(root, 'file-inside'))
    await symlink('real', join(root, 'dir-inside'))
    await symlink(join(base, 'private/secret.txt'), join(root, 'file-outside'))
    await symlink('../private', join(root, 'dir-outside'))
    await symlink('loop', join(root, 'loop'))
    await symlink('nothing', join(root, 'broken'))
    await symlink('file-outside', join(root, 'twice-outside'))
  })

  test.each([
    [
      'inside',
      {
        'file-inside': 'a',
        'dir-inside/a.txt': 'a',
        'file-outside': null,
        'dir-outside/secret.txt': null,
        'dir-inside': 'directory',
        'dir-outside': null,
        'twice-outside': null,
      },
    ],
    [
      'follow',
      {
        'file-inside': 'a',
        'dir-inside/a.txt': 'a',
        'file-outside': 'secret',
        'dir-outside/secret.txt': 'secret',
        'dir-outside': 'directory',
        'twice-outside': 'secret',
      },
    ],
    [
      'never',
      {
        'file-inside': null,
        'dir-inside/a.txt': null,
        'file-outside': null,
        'dir-outside/secret.txt': null,
        'dir-inside': null,
        real: 'directory',
        'real/a.txt': 'a',
      },
    ],
  ] as const)('%s', async (symlinks, expected) => {
    const backend = fileSystem(root, { symlinks })
    for (const [name, content] of Object.entries(expected)) expect(await text(backend, name), name).toBe(content)
    for (const name of ['loop', 'broken']) expect(await text(backend, name), name).toBeNull()
  })

  test('inside is the default', async () => {
    expect(await text(fileSystem(root), 'file-outside')).toBeNull()
    expect(await text(fileSystem(root), 'file-inside')).toBe('a')
  })

  test('the root itself may be one, and may be turned to another directory', async () => {
    const current = join(base, 'current')
    await symlink('p', current)
    const backend = fileSystem(current, { symlinks: 'never' })
    await settled(backend, 'real/a.txt')
    await mkdir(join(base, 'next/real'), { recursive: true })
    await writeFile(join(base, 'next/real/a.txt'), 'b')
    await symlink('next', join(base, 'new'))
    await rename(join(base, 'new'), current)
    expect(await text(backend, 'real/a.txt')).toBe('b')
  })

  test('a file that becomes a link to the outside is not served from then on', async () => {
    const backend = fileSystem(root)
    await settled(backend, 'real/a.txt')
    await unlink(join(root, 'real/a.txt'))
    await symlink(join(base, 'private/secret.txt'), join(root, 'real/a.txt'))
    expect(await text(backend, 'real/a.txt')).toBeNull()
  })

  test('a link that is swapped to and fro all the time never gives what is outside', async () => {
    const backend = fileSystem(root, streaming)
    const link = join(root, 'swapped')
    const seen = new Set<string | null>()
    await meanwhile(
      async (i) => {
        await symlink(i % 2 === 0 ? '../private/secret.txt' : 'real/a.txt', join(base, `new-${i}`))
        await rename(join(base, `new-${i}`), link)
      },
      async () => {
        for (let i = 0; i < 600 || !seen.has('a'); i++) {
          seen.add(await text(backend, 'swapped'))
          await new Promise((resolve) => setImmediate(resolve))
        }
      },
    )
    expect([...seen].filter((content) => content !== null && content !== 'a')).toEqual([])
    expect(seen).toContain('a')
  })
})

describe('the root', () => {
  test('is a directory and not a prefix: /www/p is not /www/private', async () => {
    await mkdir(join(base, 'private'))
    await writeFile(join(base, 'private/x'), 'secret')
    await writeFile(join(base, 'p.txt'), 'secret')
    await symlink('../private/x', join(root, 'x'))
    await symlink('../p.txt', join(root, 'y'))
    expect([await text(fileSystem(root), 'x'), await text(fileSystem(root), 'y')]).toEqual([null, null])
  })

  test.each([
    ['/www/p', '/www/p/a/b', 'a/b'],
    ['/www/p', '/www/p', ''],
    ['/www/p', '/www/private', null],
    ['/www/p', '/www', null],
    ['/www/p', '/', null],
    ['/', '/a', 'a'],
    ['/', '/', ''],
  ])('%s and %s', (from, to, below) => {
    expect(belowRoot(from, to)).toBe(below)
  })
})

describe('what is not a regular file', () => {
  test('a pipe never blocks, and is not served', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')])
    expect(await text(fileSystem(root), 'pipe')).toBeNull()
  })

  test('a device is not served, even through a link that may be followed', async () => {
    await symlink('/dev/zero', join(root, 'zero'))
    await symlink('/dev/tty', join(root, 'tty'))
    const backend = fileSystem(root, { symlinks: 'follow' })
    expect([await text(backend, 'zero'), await text(backend, 'tty')]).toEqual([null, null])
  })
})

describe('an edited file is served fresh', () => {
  test('even if size and time stay the same', async () => {
    const path = join(root, 'a.txt')
    await writeFile(path, 'one')
    const { atime, mtime } = await stat(path)
    const backend = fileSystem(root)
    await settled(backend, 'a.txt')
    await writeFile(path, 'two')
    await utimes(path, atime, mtime)
    expect(await text(backend, 'a.txt')).toBe('two')
  })

  test('in quick succession', async () => {
    const backend = fileSystem(root)
    for (let i = 1000; i < 1200; i++) {
      await writeFile(join(root, 'a.txt'), String(i))
      expect(await text(backend, 'a.txt')).toBe(String(i))
    }
  })

  test('when it is replaced by rename, removed, and there again', async () => {
    const backend = fileSystem(root)
    await writeFile(join(root, 'a.txt'), 'one')
    await settled(backend, 'a.txt')
    await writeFile(join(root, 'b.txt'), 'two')
    await rename(join(root, 'b.txt'), join(root, 'a.txt'))
    expect(await text(backend, 'a.txt')).toBe('two')
    await unlink(join(root, 'a.txt'))
    expect(await text(backend, 'a.txt')).toBeNull()
    await mkdir(join(root, 'a.txt'))
    expect(await text(backend, 'a.txt')).toBe('directory')
  })

  test('with another tag: strong by content where small, weak by version where large', async () => {
    const tags = async (size: number): Promise<string[]> => {
      const backend = fileSystem(root, streaming)
      const tags: string[] = []
      for (const content of ['x', 'x', 'y']) {
        await writeFile(join(root, 'new'), content.repeat(size))
        await utimes(join(root, 'new'), 1_700_000_000, 1_700_000_000)
        await rename(join(root, 'new'), join(root, `file-${size}`))
        const file = await opened(backend, `file-${size}`)
        tags.push(file.etag)
      }
      return tags
    }
    const [one, same, other] = await tags(10)
    expect([one === same, same === other]).toEqual([true, false])
    expect((await tags(2000)).every((tag) => tag.startsWith('W/'))).toBe(true)
    const weak = await tags(2000)
    expect(weak[1]).not.toBe(weak[2])
  })

  test('a file is only kept in memory when a later change is sure to show in its times', () => {
    const now = 1_700_000_000_000
    const at = (mtime: number, ctime: number): BigIntStats =>
      ({ mtimeNs: BigInt(mtime) * 1_000_000n, ctimeNs: BigInt(ctime) * 1_000_000n }) as BigIntStats
    expect(isSettled(at(now - 10_000, now - 10_000), now)).toBe(true)
    expect(isSettled(at(now - 10_000, now - 100), now)).toBe(false)
    expect(isSettled(at(now - 100, now - 10_000), now)).toBe(false)
    expect(isSettled(at(now + 1_000_000, now - 10_000), now)).toBe(true)
    expect(isSettled(at(now - 10_000, now + 1_000_000), now)).toBe(false)
  })
})

describe('memory', () => {
  test('what was asked for longest ago goes first, and no more than maxBytes stays', async () => {
    for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), name.repeat(40_000))
    const backend = fileSystem(root, { cache: { maxBytes: 100_000 } })
    await settled(backend, 'a')
    await settled(backend, 'b')
    const [a, b] = [await opened(backend, 'a'), await opened(backend, 'b')]
    expect(await opened(backend, 'a')).toBe(a)
    await settled(backend, 'c')
    expect(await opened(backend, 'a')).toBe(a)
    expect(await opened(backend, 'b')).not.toBe(b)
  })

  test('of many that are asked for all the time none goes, whatever else comes', () => {
    const cache = new FileCache(100 * 1100)
    const remembered = { stats: {} as BigIntStats, etag: '"a"', file: null }
    const hot = Array.from({ length: 40 }, (_, index) => `hot${index}`)
    for (const name of hot) cache.set(name, remembered)
    for (let i = 0; i < 1000; i++) {
      cache.set(`other${i}`, remembered)
      for (const name of hot) {
        expect(cache.get(name), `${name} after ${i}`).toBe(remembered)
        expect(cache.get(name)).toBe(remembered)
      }
      expect(cache.bytes).toBeLessThanOrEqual(100 * 1100)
    }
    expect(cache.get('other0')).toBeUndefined()
  })

  test('none is used where maxBytes is 0', async () => {
    await writeFile(join(root, 'a'), 'a')
    const file = await opened(fileSystem(root, { cache: { maxBytes: 0 } }), 'a')
    expect([file.bytes, file.etag.startsWith('W/')]).toEqual([null, true])
    expect(await text(fileSystem(root, { cache: { maxBytes: 0 } }), 'a')).toBe('a')
  })
})

describe('a file that changes while it is sent', () => {
  const app = (): App => serveStatic(root, streaming)(inner)
  beforeEach(() => writeFile(join(root, 'large'), 'x'.repeat(LARGE)))

  test('and shrinks ends in an error, never in a short body that looks whole', async () => {
    const reported: unknown[] = []
    const response = await dispatch(app(), '/large', { report: (error) => reported.push(error) })
    const reader = response.body!.getReader()
    await reader.read()
    await truncate(join(root, 'large'), 70_000)
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow()
    await until(() => reported.length > 0, 'the error is reported')
    expect(String(reported[0])).toMatch(/'large' became \d+ bytes shorter while it was being sent/)
  })

  test('and grows is sent as long as promised', async () => {
    const response = await dispatch(app(), '/large')
    await appendFile(join(root, 'large'), 'y'.repeat(1000))
    const body = await response.text()
    expect([body.length, body.includes('y'), response.headers.get('content-length')]).toEqual([
      LARGE,
      false,
      String(LARGE),
    ])
  })

  test('and is replaced or removed is sent as it was opened', async () => {
    const [replaced, removed] = [await dispatch(app(), '/large'), await dispatch(app(), '/large')]
    await writeFile(join(root, 'new'), 'y'.repeat(LARGE))
    await rename(join(root, 'new'), join(root, 'large'))
    await unlink(join(root, 'large'))
    expect([(await replaced.text()).includes('y'), (await removed.text()).length]).toEqual([false, LARGE])
  })

  test('under load: every answer has exactly the bytes that it promised, all of one version', async () => {
    const handler = serveStatic(root)(inner)
    await meanwhile(
      async (i) => {
        await writeFile(join(base, 'next'), String(i % 10).repeat(5000 + (i % 10)))
        await rename(join(base, 'next'), join(root, 'live'))
      },
      async () => {
        await until(async () => (await dispatch(handler, '/live')).status === 200, 'the file is there')
        for (let i = 0; i < 400; i++) {
          const response = await dispatch(handler, '/live')
          const body = await response.text()
          expect([response.status, response.headers.get('content-length')]).toEqual([200, String(body.length)])
          expect(body).toBe(body[0]!.repeat(5000 + Number(body[0])))
        }
      },
    )
  })
})

describe.runIf(process.platform === 'linux')('descriptors', () => {
  const openFiles = async (): Promise<number> => {
    let count = 0
    for (const fd of await readdir('/proc/self/fd')) {
      const { readlink } = await import('node:fs/promises')
      const target = await readlink(`/proc/self/fd/${fd}`).catch(() => '')
      if (target.startsWith(base)) count++
    }
    return count
  }
  const noneOpen = (): Promise<void> => until(async () => (await openFiles()) === 0, 'all descriptors are closed')

  beforeEach(() => writeFile(join(root, 'large'), 'x'.repeat(LARGE)))
  const app = (): App => serveStatic(root, streaming)(inner)

  test('the count sees an open one', async () => {
    const handle = await open(join(root, 'large'))
    expect(await openFiles()).toBe(1)
    await handle.close()
  })

  test.each<[title: string, request: RequestInit, read: (response: Response) => unknown]>([
    ['after the end', {}, (response) => response.arrayBuffer()],
    ['after HEAD', { method: 'HEAD' }, () => {}],
    ['after 412', { headers: { 'if-match': '"x"' } }, () => {}],
    ['after 304', { headers: { 'if-none-match': '*' } }, () => {}],
    ['after 416', { headers: { range: `bytes=${LARGE}-` } }, () => {}],
    ['after a range', { headers: { range: 'bytes=0-0' } }, (response) => response.arrayBuffer()],
    ['after several ranges', { headers: { range: 'bytes=0-0,9-9' } }, (response) => response.arrayBuffer()],
    ['after a cancel before the first read', {}, (response) => response.body!.cancel()],
    [
      'after a cancel of several ranges',
      { headers: { range: 'bytes=0-0,9-9' } },
      (response) => response.body!.cancel(),
    ],
    [
      'after a cancel in the middle',
      {},
      async (response) => {
        const reader = response.body!.getReader()
        await reader.read()
        await reader.cancel()
      },
    ],
    [
      'after a cancel during a read',
      {},
      async (response) => {
        const reader = response.body!.getReader()
        const reading = reader.read()
        await reader.cancel()
        await reading
      },
    ],
  ])('none is open %s', async (_title, init, read) => {
    for (let i = 0; i < 20; i++)
      await read(await dispatch(app(), new Request('http://localhost/large', init), { report: () => {} }))
    await noneOpen()
  })

  test('none is open after an error, and where the option throws', async () => {
    const response = await dispatch(app(), '/large', { report: () => {} })
    await truncate(join(root, 'large'), 10_000)
    await expect(response.text()).rejects.toThrow()
    const throwing = serveStatic(root, {
      ...streaming,
      cacheControl: () => {
        throw new Error('no')
      },
    })(inner)
    expect(await (await dispatch(throwing, '/large', { report: () => {} })).text()).toContain('Internal Server Error')
    await noneOpen()
  })

  test('none is open where a layer above drops the response unread', async () => {
    const dropping: App = async (request, context) => {
      await app()(request, context)
      return new Response('instead')
    }
    for (let i = 0; i < 20; i++) expect(await (await dispatch(dropping, '/large')).text()).toBe('instead')
    await noneOpen()
  })
})

describe('a strong tag for large files', () => {
  const strong = { ...streaming, etag: 'content' } as const
  const large = (content: string): Promise<void> => writeFile(join(root, 'large'), content.repeat(LARGE))

  test('is made of the content, once it can be relied on, and is the one that a small file would have', async () => {
    await large('x')
    const backend = fileSystem(root, strong)
    expect((await opened(backend, 'large')).etag).toMatch(/^W\//)
    await until(async () => !(await opened(backend, 'large')).etag.startsWith('W/'), 'the tag is strong')
    const { etag, bytes } = await opened(backend, 'large')
    expect(bytes).toBeNull()
    expect(etag).toBe((await opened(fileSystem(root, { cache: { maxFileBytes: LARGE } }), 'large')).etag)
    await large('y')
    expect((await opened(backend, 'large')).etag).not.toBe(etag)
  })

  test('makes If-Range work, and is made once per version', async () => {
    await large('x')
    const backend = fileSystem(root, strong)
    await until(async () => !(await opened(backend, 'large')).etag.startsWith('W/'), 'the tag is strong')
    const { etag } = await opened(backend, 'large')
    expect(backend.find('large')).not.toBeInstanceOf(Promise) // nothing is read or waited for
    const headers = { range: 'bytes=1-2', 'if-range': etag }
    const response = await dispatch(serveStatic(backend)(inner), new Request('http://localhost/large', { headers }))
    expect([response.status, await response.text()]).toEqual([206, 'xx'])
  })
})

describe('many at once', () => {
  test('who ask for a file that is not in memory yet share one reading of it', async () => {
    await writeFile(join(root, 'hot'), 'x'.repeat(100_000))
    const backend = fileSystem(root)
    const ask = async (backend: Backend): Promise<number> => {
      const files = await Promise.all(Array.from({ length: 200 }, () => opened(backend, 'hot')))
      return new Set(files.map(({ bytes }) => bytes)).size
    }
    expect(await ask(backend)).toBe(2) // it is new: who asked meanwhile may want what was written meanwhile
    await settled(backend, 'hot')
    expect(await ask(fileSystem(root))).toBe(1)
  })

  test('nobody is given what is older than the question', async () => {
    const backend = fileSystem(root)
    await writeFile(join(root, 'hot'), '0'.repeat(50_000))
    for (let i = 1; i < 40; i++) {
      const before = Array.from({ length: 10 }, () => text(backend, 'hot'))
      await writeFile(join(root, 'hot'), String(i).repeat(50_000))
      expect(
        (await Promise.all([text(backend, 'hot'), text(backend, 'hot')])).map(
          (seen) => seen === String(i).repeat(50_000),
        ),
      ).toEqual([true, true])
      await Promise.all(before)
    }
  })
})

describe('a file that is replaced between the look and the opening', () => {
  test('is looked for again: the answer is all of one version', async () => {
    const backend = fileSystem(root, streaming)
    await writeFile(join(root, 'live'), 'a'.repeat(5000))
    const old = await opened(backend, 'live')
    await writeFile(join(root, 'next'), 'b'.repeat(6000))
    await rename(join(root, 'next'), join(root, 'live'))
    expect(old.bytes === null && (await old.stream(0, 5000))).toBeNull()
    let first = true
    const racing: Backend = { find: (name) => (first ? ((first = false), old) : backend.find(name)) }
    const response = await dispatch(serveStatic(racing)(inner), '/live')
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['6000', 'b'.repeat(6000)])
  })

  test('and removed is the app below’s', async () => {
    const backend = fileSystem(root, streaming)
    await writeFile(join(root, 'live'), 'a'.repeat(5000))
    const old = await opened(backend, 'live')
    await unlink(join(root, 'live'))
    let first = true
    const racing: Backend = { find: (name) => (first ? ((first = false), old) : backend.find(name)) }
    expect((await dispatch(serveStatic(racing)(inner), '/live')).status).toBe(404)
  })

  test('again and again is a 500 in the end', async () => {
    const restless: Backend = {
      find: () => ({ size: 5, modified: null, etag: '"x"', bytes: null, stream: () => null }),
    }
    const reported: unknown[] = []
    const response = await dispatch(serveStatic(restless)(inner), '/x', { report: (error) => reported.push(error) })
    expect(response.status).toBe(500)
    expect(String(reported[0])).toContain("'x' is replaced faster than it can be opened")
  })
})
