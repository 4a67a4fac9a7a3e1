// The files that the static workload serves.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

export const files = {
  '1k.html': content(1024),
  '4k.css': content(4096),
  '100k.js': content(102_400),
  '10m.mp4': content(10_485_760),
  'app.js': content(20_480),
}

export type FileName = keyof typeof files

/** It is too large to be kept in memory as a string; a server that needs its content reads it. */
export const large = { name: '100m.mp4', size: 104_857_600 }

/** Where they are: the bench writes them, and the server processes are told by their environment. */
export function folder(): string {
  return process.env[VARIABLE]!
}

/** Writes them to a new directory; gives the function that removes it. */
export async function writeFiles(): Promise<() => void> {
  const made = mkdtempSync(join(tmpdir(), 'bench-static-'))
  const remove = (): void => rmSync(made, { recursive: true, force: true })
  process.env[VARIABLE] = made
  try {
    for (const [name, text] of Object.entries(files)) write(name, text)
    write('app.js.gz', gzipSync(files['app.js'], { level: 9 }))
    for (let size = 0; size < large.size; size += files['10m.mp4'].length) write(large.name, files['10m.mp4'], 'a')
    await sleep(SETTLED)
    return remove
  } catch (error) {
    remove()
    throw error
  }

  function write(name: string, data: string | Uint8Array, flag = 'w'): void {
    const path = join(made, name)
    writeFileSync(path, data, { flag })
    utimesSync(path, lastWeek, lastWeek)
  }
}

const VARIABLE = 'FSGI_BENCH_FILES'

/** Milliseconds after which nobody takes a file for one that is still being written. */
const SETTLED = 2500

const lastWeek = Math.floor(Date.now() / 1000) - 604_800

/** Text that compresses about as scripts do. */
function content(bytes: number): string {
  const lines: string[] = []
  for (let i = 0, length = 0; length < bytes; i++) {
    const line = `export const value${i} = compute(${(i * 7919) % 10_007}, 'shelf-${i % 17}') // line ${i}\n`
    lines.push(line)
    length += line.length
  }
  return lines.join('').slice(0, bytes)
}
