import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { manifestAt } from '../workspace.ts'
import type { Manifest } from '../workspace.ts'

/**
 * Devdependencies that are put into the packages which use them, as far as they use them. zod by itself is some eighty files, of
 * which most are texts in other languages: to load them took longer than to load Node, an HTTP server and all of FSGI.
 */
export const INLINED: readonly string[] = ['zod']

/** Whether a package is published as few files: its `build` says so. */
export function isBundled({ scripts }: Manifest): boolean {
  return scripts?.['build']?.includes('bundle.ts') === true
}

/**
 * Puts the modules that tsc has written to `<folder>/dist` together: a file for each entry of the package, and some for what entries
 * share. Declarations stay as they are. What is inlined is found in `modules`, and has its licence in `dist/LICENSES.txt`.
 */
export function bundle(folder: string, modules: string = join(folder, 'node_modules')): void {
  const manifest = manifestAt(folder)
  const [dist, out] = [join(folder, 'dist'), join(folder, '.bundled')]
  const { metafile } = buildSync({
    entryPoints: entriesOf(manifest).map((file) => join(dist, file)),
    outdir: out,
    outbase: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2023',
    sourcemap: true,
    sourcesContent: false, // the sources are published too
    external: ['node:*', 'bun:*', ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })],
    nodePaths: [modules],
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: folder,
  })
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (/\.js(\.map)?$/.test(file)) rmSync(join(dist, file))
  cpSync(out, dist, { recursive: true })
  rmSync(out, { recursive: true })
  const licences = licencesOf(Object.keys(metafile.inputs), folder)
  if (licences !== '') writeFileSync(join(dist, 'LICENSES.txt'), licences)
}

/** The files in dist/ that something outside of it imports. */
function entriesOf({ exports, publishConfig, bin }: Manifest): string[] {
  const files = Object.values(publishConfig?.exports ?? exports ?? {}).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target as Record<string, string>),
  )
  const entries = files.filter((file) => /^\.\/dist\/.*\.js$/.test(file)).map((file) => file.slice('./dist/'.length))
  return [...new Set([...entries, ...(bin === undefined ? [] : ['cli.js'])])]
}

function licencesOf(inputs: readonly string[], folder: string): string {
  const packages = new Set(
    inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(join(folder, input))?.[0] ?? []),
  )
  return [...packages]
    .filter((path) => INLINED.some((name) => path.endsWith(`/${name}`)))
    .map(
      (path) =>
        `${manifestAt(path).name} ${manifestAt(path).version}\n\n${readFileSync(join(path, 'LICENSE'), 'utf8')}`,
    )
    .join('\n\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bundle(process.cwd())
