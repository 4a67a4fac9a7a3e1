// The files that the static workload serves.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

/** Their sizes in bytes. */
export const files = {
  '1k.html': 1024,
  '4k.css': 4096,
  '100k.js': 102_400,
  '10m.mp4': 10_485_760,
  'app.js': 20_480,
}

export type FileName = keyof typeof files

/** The content of no part, but of downloads that nobody waits for. */
export const large = { name: '100m.mp4', size: 104_857_600 }

/** Made when it is asked for: a server process has no use for it. Like a script, which compresses to a quarter or so. */
export function contentOf(name: FileName): string {
  const lines: string[] = []
  for (let i = 0, length = 0; length < files[name]; i++) {
    const line = `export const value${i} = compute(${(i * 7919) % 10_007}, 'shelf-${i % 17}') // line ${i}\n`
    lines.push(line)
    length += line.length
  }
  return lines.join('').slice(0, files[name])
}

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
    for (const name of Object.keys(files)) write(name, contentOf(name as FileName))
    write('app.js.gz', gzipSync(contentOf('app.js'), { level: 9 }))
    const part = contentOf('10m.mp4')
    for (let size = 0; size < large.size; size += part.length) write(large.name, part, 'a')
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
