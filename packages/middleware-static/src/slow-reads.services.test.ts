// What a slow disk keeps waiting: everybody for a read or two, and then nobody but who asked for the file.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { serveStatic } from './serve-static.ts'
import { slowDisk } from './fixtures/slow-disk.ts'
import { until } from './fixtures/until.ts'
import type { Server } from '@fsgi/server-node'
import type { SlowDisk } from './fixtures/slow-disk.ts'

const SIZE = 64 * 1024 * 1024
let disk: SlowDisk
let server: Server
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { headers })

beforeAll(async () => {
  disk = await slowDisk(SIZE)
})
// A server of its own for each test: whether a disk is slow is remembered for a second.
beforeEach(async () => {
  server = await serve(
    serveStatic(disk.root)(() => reply('the app')),
    { port: 0 },
  )
  disk.takes(0)
  return () => server.close({ limit: 0 })
})
afterAll(() => disk?.unmount())

test('of a file that is sent whole', async () => {
  disk.takes(20)
  const { read } = disk.count
  const response = await get('/large.bin')
  const received = lengthOf(response)
  await until(() => disk.count.read > read + 4, 'some of it was read, slowly')
  await othersAreAnswered()
  expect([response.status, await received]).toEqual([200, SIZE])
})

test('of a file of which short parts are sent', async () => {
  disk.takes(20)
  const part = (): Promise<Response> => get('/large.bin', { range: 'bytes=1000-1099' })
  for (const _ of [1, 2]) expect(await lengthOf(await part())).toBe(100)
  const next = part()
  await othersAreAnswered()
  const response = await next
  expect([response.status, response.headers.get('content-range'), await lengthOf(response)]).toEqual([
    206,
    `bytes 1000-1099/${SIZE}`,
    100,
  ])
})

/** While a read waits for the disk. Were it made at once, it would keep waiting until the disk gives in. */
async function othersAreAnswered(): Promise<void> {
  const { wait, late } = disk.count
  disk.takes(null)
  await until(() => disk.count.wait > wait, 'a read waits for the disk')
  expect(await (await get('/other')).text()).toBe('the app')
  expect(disk.count.late).toBe(late)
  disk.takes(0)
}

async function lengthOf({ body }: Response): Promise<number> {
  let length = 0
  for await (const chunk of body!) length += chunk.length
  return length
}
