import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The environment in which a program that waits by epoll does not sleep meanwhile: awake.c says why. Undefined where there is no
 * Linux or no C compiler. The folder is gone with this process.
 */
export function awake(): Record<string, string> | undefined {
  if (process.platform !== 'linux') return undefined
  const folder = mkdtempSync(join(tmpdir(), 'bench-awake-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const library = join(folder, 'awake.so')
  const source = fileURLToPath(new URL('awake.c', import.meta.url))
  const { status } = spawnSync(process.env['CC'] ?? 'cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl'])
  return status === 0 ? { LD_PRELOAD: library } : undefined
}
