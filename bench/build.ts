// Builds what the server processes run, as it is published: the packages and the bench's own programs as JavaScript.
//
//   bench/dist/<pid>-<random>/run-server.js, servers.js, workloads/…
//   bench/dist/<pid>-<random>/node_modules/@fsgi/<package>/   package.json as published, dist/, bin/
//
// Nothing else can find it there: packages/*/dist stays as it is.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle, isBundled } from '../scripts/published/bundle.ts'
import { manifestAt } from '../scripts/workspace.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const packages = join(here, '../packages')
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')

const ours = ['core', 'server-node', 'server-dev', 'middleware-gzip', 'middleware-session', 'middleware-static']

export interface Build {
  /** The program that a server process runs. */
  readonly program: string
  remove(): void
}

export function build(): Build {
  const all = join(here, 'dist')
  mkdirSync(all, { recursive: true })
  removeLeftovers(all)
  const folder = mkdtempSync(join(all, `${process.pid}-`))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  try {
    for (const name of ours) buildPackage(name, join(folder, 'node_modules/@fsgi', name))
    compile(join(here, 'tsconfig.servers.json'), folder)
    cpSync(join(here, 'public'), join(folder, 'public'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  } catch (error) {
    remove()
    throw error
  }
  return { program: join(folder, 'run-server.js'), remove }
}

// Of runs that were killed.
function removeLeftovers(all: string): void {
  for (const name of readdirSync(all)) {
    const pid = /^(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(all, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // somebody else's
  }
}

function buildPackage(name: string, folder: string): void {
  const source = join(packages, name)
  const manifest = manifestAt(source)
  compile(join(source, 'tsconfig.build.json'), join(folder, 'dist'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, ...manifest.publishConfig }))
  const asTheyAre = (manifest.files ?? []).filter((name) => !['dist', 'src'].includes(name) && !name.startsWith('!'))
  for (const name of asTheyAre) cpSync(join(source, name), join(folder, name), { recursive: true })
  if (isBundled(manifest)) bundle(folder, join(source, 'node_modules'))
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (dependency.startsWith('@fsgi/')) continue // built too, and found beside this one
    const link = join(folder, 'node_modules', dependency)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(source, 'node_modules', dependency), link)
  }
}

// Not checked: that is what `pnpm types` is for, and a wrong type in another package is no reason not to measure.
function compile(project: string, outDir: string): void {
  const tscRun = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', outDir, '--noCheck'], {
    encoding: 'utf8',
  })
  if (tscRun.status !== 0) throw new Error(`tsc -p ${project} failed:\n${tscRun.stdout}${tscRun.stderr}`)
}
