import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestAt, root } from '../workspace.ts'

/**
 * Copies `program/` to a fresh folder whose `node_modules` has the packages as they are published: built, and not their
 * sources, because that is what users' runtimes load, and because Node 20 and workerd run no TypeScript. Every test file
 * builds its own (a second), so that what it runs is never older than the sources.
 */
export function builtProgram(packages: readonly string[]): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-runtimes-'))
  cpSync(fileURLToPath(new URL('program', import.meta.url)), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const name of packages) build(name, join(folder, 'node_modules'))
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

function build(name: string, modules: string): void {
  const source = join(root, name.replace('@fsgi/', 'packages/'))
  const target = join(modules, name)
  mkdirSync(target, { recursive: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = [
    tsc,
    '-p',
    'tsconfig.build.json',
    '--outDir',
    join(target, 'dist'),
    '--declaration',
    'false',
    '--declarationMap',
    'false',
  ]
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: source, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} does not build:\n${stdout}`)

  const { publishConfig, dependencies = {}, ...manifest } = manifestAt(source)
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, exports: publishConfig?.exports }))
  for (const dependency of Object.keys(dependencies).filter((each) => !each.startsWith('@fsgi/'))) {
    const link = join(modules, dependency)
    mkdirSync(dirname(link), { recursive: true })
    if (!existsSync(link)) symlinkSync(join(source, 'node_modules', dependency), link)
  }
}
