import { connect } from 'node:net'
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { serveStatic } from './serve-static.ts'
import { until } from './fixtures/until.ts'

/** `STATIC_ABORTS=10000` is the long form. */
const DOWNLOADS = Number(process.env['STATIC_ABORTS'] ?? 1000)

test.runIf(process.platform === 'linux')(
  `${DOWNLOADS} downloads that are given up leave no descriptor open`,
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'fsgi-aborted-'))
    await writeFile(join(root, 'large.bin'), new Uint8Array(5_000_000))
    const reported: unknown[] = []
    const server = await serve(
      serveStatic(root)(() => reply('inner', { status: 404 })),
      { port: 0, report: (error) => reported.push(error) },
    )
    let most = 0
    const looks: Promise<number>[] = []
    const openFiles = async (): Promise<number> => {
      const targets = await Promise.all(
        (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
      )
      const count = targets.filter((target) => target.startsWith(root)).length
      most = Math.max(most, count)
      return count
    }
    /** Gives up before the answer, after its first bytes, or in the middle. */
    const giveUp = (after: number): Promise<void> =>
      new Promise((resolve) => {
        let received = 0
        const socket = connect(server.port!, '127.0.0.1')
          .on('connect', () =>
            socket.write('GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n', () => after === 0 && socket.destroy()),
          )
          .on('data', (chunk) => {
            if (received === 0 && after > 1) looks.push(openFiles()) // in the middle of it
            if ((received += chunk.length) >= after) socket.destroy()
          })
          .on('error', () => {})
          .on('close', () => resolve())
      })
    try {
      for (let i = 0; i < DOWNLOADS / 20; i++) {
        await Promise.all(Array.from({ length: 20 }, (_, k) => giveUp([0, 1, 300_000][k % 3]!)))
        await Promise.all(looks.splice(0))
      }
      expect(most).toBeGreaterThan(0)
      await until(async () => (await openFiles()) === 0, 'all descriptors are closed')
      expect(reported).toEqual([]) // clients that leave are no errors
    } finally {
      await server.close({ limit: 0 })
      await rm(root, { recursive: true })
    }
  },
  60_000 + 60 * DOWNLOADS,
)
