import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startServer } from './server-process.ts'
import type { ServerProcess } from './server-process.ts'

let folder: string

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bench-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function start(program: string): Promise<ServerProcess> {
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program)
  return startServer({ node: process.execPath, program: file, workload: 'hello', part: '', server: 'mine' })
}

test('a server that ends instead of listening is an error, with what it wrote', async () => {
  const program = "console.error('the port is taken'); process.exitCode = 3"
  await expect(start(program)).rejects.toThrow('the process ended with exit code 3:\nthe port is taken')
})

test('the CPU time of processes that a server spawns counts, and they end with it', async () => {
  const server = await start(`
    import { spawn } from 'node:child_process'
    const child = spawn(process.execPath, ['-e', 'for (;;);'])
    process.on('message', () => process.send({ micros: 1000 }))
    process.on('disconnect', () => process.exit())
    process.send({ port: child.pid })
  `)
  try {
    await vi.waitUntil(async () => (await server.cpu()) > 100_000, { timeout: 15_000 })
  } finally {
    await server.stop()
  }
  await vi.waitUntil(() => !isRunning(server.port), { timeout: 15_000 })
})

// proc(5): what has ended and is not yet reaped is a zombie.
function isRunning(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'))
}
