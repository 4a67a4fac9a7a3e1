import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle, isBundled } from './bundle.ts'
import { manifestAt, root } from '../workspace.ts'

/**
 * Lays packages of the workspace, and those that they depend on, in a folder `node_modules` as npm installs them once they are
 * published: plain JavaScript in dist/, the `exports` of `publishConfig`, no tests. What others have published is linked. It
 * takes a second, so that whoever needs it makes one anew, and nobody runs what is older than the sources.
 *
 * Each file is compiled by itself, without a look at its types, and put together with others as `build` does it.
 */
export function layOutPackages(names: readonly string[], modules: string): void {
  const laid = new Set<string>()
  for (const name of names) layOut(name, modules, laid)
  compile([...laid], modules)
}

function layOut(name: string, modules: string, laid: Set<string>): void {
  if (laid.has(name)) return
  laid.add(name)
  const [source, target] = [sourceOf(name), join(modules, name)]
  mkdirSync(target, { recursive: true })
  const { publishConfig, ...manifest } = manifestAt(source)
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...manifest, exports: publishConfig?.exports }))
  for (const file of manifest.files ?? []) {
    if (file === 'dist' || file.startsWith('!')) continue
    cpSync(join(source, file), join(target, file), { recursive: true, filter: (path) => !OF_TESTS.test(path) })
  }
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    if (dependency.startsWith('@fsgi/')) layOut(dependency, modules, laid)
    else link(join(source, 'node_modules', dependency), join(modules, dependency))
  }
}

function sourceOf(name: string): string {
  return join(root, name.replace('@fsgi/', 'packages/'))
}

const OF_TESTS = /\.test(-d)?\.ts$|[/\\]fixtures$/ // as in tsconfig.build.json, and in the `files` of each package

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  if (!existsSync(path)) symlinkSync(target, path, 'dir')
}

/** All packages at once, from the sources that were copied. */
function compile(names: readonly string[], modules: string): void {
  const scope = join(modules, '@fsgi')
  const config = join(scope, 'tsconfig.json')
  const out = join(modules, '.built')
  const compilerOptions = {
    declaration: false,
    declarationMap: false,
    noCheck: true,
    noResolve: true,
    lib: ['es5'], // none can be read faster
    types: [],
    rootDir: scope,
    outDir: out,
    sourceRoot: `${pathToFileURL(scope).href}/`,
  }
  const sources = { include: names.map((name) => join(modules, name, 'src')), exclude: [] }
  writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.build.json'), compilerOptions, ...sources }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the packages do not build:\n${stdout}`)
  for (const name of names) {
    renameSync(join(out, name.replace('@fsgi/', ''), 'src'), join(modules, name, 'dist'))
    const source = sourceOf(name)
    if (isBundled(manifestAt(source))) bundle(join(modules, name), join(source, 'node_modules'))
  }
  for (const path of [config, out]) rmSync(path, { recursive: true })
}
