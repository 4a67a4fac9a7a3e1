import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layOutPackages } from '../published/lay-out-packages.ts'

/**
 * Copies `program/` to a fresh folder whose `node_modules` has the packages as they are published: built, because that is
 * what users' runtimes load, and because Node 20 and workerd run no TypeScript.
 */
export function builtProgram(packages: readonly string[]): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-runtimes-'))
  cpSync(fileURLToPath(new URL('program', import.meta.url)), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  layOutPackages(packages, join(folder, 'node_modules'))
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}
