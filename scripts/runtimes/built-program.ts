import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layOutPackages } from '../published/lay-out-packages.ts'
import { root } from '../workspace.ts'

/**
 * Copies `program/` to a fresh folder whose `node_modules` has the packages as they are published: built, because that is
 * what users' runtimes load, and because Node 20 and workerd run no TypeScript. zod is there too, for schemas of applications.
 */
export function builtProgram(packages: readonly string[]): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-runtimes-'))
  cpSync(fileURLToPath(new URL('program', import.meta.url)), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  layOutPackages(packages, join(folder, 'node_modules'))
  symlinkSync(join(root, 'packages/middleware-session/node_modules/zod'), join(folder, 'node_modules/zod'))
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}
