// Parts of large files that are kept in memory: which, for how long, and never longer than they are true.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { fileSystem } from './file-system.ts'
import { serveStatic } from './serve-static.ts'
import { until } from './fixtures/until.ts'
import type { Backend } from './backend.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fsgi-parts-'))
})
afterEach(() => rm(root, { recursive: true }))

const SIZE = 100_000
const cache = { maxFileBytes: 20_000 }
const write = (fill: string): Promise<void> => writeFile(join(root, 'large'), fill.repeat(SIZE))

async function part(backend: Backend, start: number, end: number): Promise<Uint8Array> {
  const file = await backend.find('large')
  if (file === null || file === 'directory' || file.bytes !== null) throw new Error('it is no large file')
  return file.part!(start, end)!
}

/** The part, once it is kept: its file must first be some seconds old, so that a change is sure to show. */
async function kept(backend: Backend, start: number, end: number): Promise<Uint8Array> {
  await until(async () => (await part(backend, start, end)) === (await part(backend, start, end)), 'it is kept')
  return part(backend, start, end)
}

test('a part is kept when it is asked for again, and is that part', async () => {
  const content = Array.from({ length: SIZE }, (_, index) => index % 251)
  await writeFile(join(root, 'large'), new Uint8Array(content))
  const backend = fileSystem(root, { cache })
  const first = await kept(backend, 0, 5000)
  expect([...first]).toEqual(content.slice(0, 5000))
  const ofAnother = await part(backend, 5000, 10_000)
  expect([...ofAnother]).toEqual(content.slice(5000, 10_000))
  const again = await part(backend, 5000, 10_000)
  expect(again).not.toBe(ofAnother) // asked for once says nothing
  expect(await part(backend, 5000, 10_000)).toBe(again)
  expect(await part(backend, 0, 5000)).toBe(first)
})

test('a part that is kept is not sent of another version, even if size and time stay the same', async () => {
  await write('a')
  const backend = fileSystem(root, { cache })
  const before = await kept(backend, 0, 100)
  expect(before[0]).toBe('a'.charCodeAt(0))
  await write('b')
  expect((await part(backend, 0, 100))[0]).toBe('b'.charCodeAt(0))
  await writeFile(join(root, 'new'), 'c'.repeat(SIZE))
  await rename(join(root, 'new'), join(root, 'large'))
  expect((await part(backend, 0, 100))[0]).toBe('c'.charCodeAt(0))
  expect((await kept(backend, 0, 100))[0]).toBe('c'.charCodeAt(0))
})

test('an edited file is served fresh, in quick succession', async () => {
  const app = serveStatic(root, { cache })(() => new Response('inner', { status: 404 }))
  for (let i = 0; i < 200; i++) {
    const fill = String.fromCharCode(97 + (i % 26))
    await write(fill)
    for (let turn = 0; turn < 3; turn++) {
      const response = await dispatch(app, new Request('http://localhost/large', { headers: { range: 'bytes=10-19' } }))
      expect(response.status).toBe(206)
      expect(await response.text()).toBe(fill.repeat(10))
    }
  }
})

test('none is kept that is larger than a file may be', async () => {
  await write('a')
  const backend = fileSystem(root, { cache })
  const small = await kept(backend, 0, 20_000)
  const parts = [await part(backend, 0, 20_001), await part(backend, 0, 20_001), await part(backend, 0, 20_001)]
  expect(new Set(parts).size).toBe(3)
  expect(await part(backend, 0, 20_000)).toBe(small)
})

test('what is kept is bounded by maxBytes, with whole files', async () => {
  await write('a')
  const backend = fileSystem(root, { cache: { maxBytes: 30_000, maxFileBytes: 20_000 } })
  const oldest = await kept(backend, 0, 15_000)
  await kept(backend, 1, 15_001)
  expect(await part(backend, 0, 15_000)).not.toBe(oldest)
})
