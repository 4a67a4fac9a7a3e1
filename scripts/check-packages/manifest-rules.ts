import { basename } from 'node:path'
import type { Package } from '../workspace.ts'

const repository = 'https://github.com/fsgi/fsgi/tree/main'
const engines = '>=20.19'
const scriptNames = ['build', 'dev', 'soak', 'start', 'tarball', 'test', 'types']

/** What a package may depend on among ours: core, except for those that are made of the others (DESIGN: core at the bottom). */
const madeOf: Readonly<Record<string, readonly string[]>> = {
  '@fsgi/core': [],
  '@fsgi/server-dev': ['@fsgi/core', '@fsgi/server-node', '@fsgi/middleware-gzip', '@fsgi/middleware-static'],
}

/** What a package.json must say, as far as it can be seen without looking at files. One line per fault. */
export function manifestRules({ folder, manifest }: Package): string[] {
  const wrong: string[] = []
  const expect = (holds: boolean, what: string): unknown => holds || wrong.push(`${folder}/package.json: ${what}`)

  expect(manifest.type === 'module', '"type" must be "module"')
  if (/^(packages|templates)\//.test(folder)) publishedRules()
  else expect(manifest.private === true, '"private" must be true')
  if (folder.startsWith('apps/')) {
    expect(manifest.name === basename(folder), `"name" must be the folder's, "${basename(folder)}"`)
    expect(manifest.scripts?.['dev'] !== undefined, 'the script "dev" is missing')
  }
  if (folder !== 'bench') scriptRules()
  return wrong

  function scriptRules(): void {
    for (const name of Object.keys(manifest.scripts ?? {})) {
      expect(scriptNames.includes(name), `the script "${name}" is none of ${scriptNames.join(', ')}`)
    }
    expect(manifest.scripts?.['types'] !== undefined, 'the script "types" is missing')
  }

  function publishedRules(): void {
    expect(manifest.license === 'MIT', '"license" must be "MIT"')
    expect(manifest.engines?.node === engines, `"engines" must be { "node": "${engines}" }`)
    expect((manifest.description ?? '') !== '', '"description" is missing')
    const name = folder.startsWith('templates/') ? `@fsgi/${basename(folder)}-template` : `@fsgi/${basename(folder)}`
    expect(manifest.name === name, `"name" must be "${name}", as its folder`)
    expect((manifest.keywords ?? []).length > 0, '"keywords" are missing')
    expect(manifest.repository?.directory === folder, `"repository.directory" must be "${folder}"`)
    expect(
      manifest.homepage === `${repository}/${folder}#readme`,
      `"homepage" must be "${repository}/${folder}#readme"`,
    )
    expect(manifest.publishConfig?.access === 'public', '"publishConfig.access" must be "public"')
    for (const pattern of ['dist', 'src', '!src/**/*.test.ts', '!src/**/fixtures']) {
      expect(manifest.files?.includes(pattern) === true, `"files" must include "${pattern}"`)
    }
    for (const script of ['build', 'tarball', 'test']) {
      expect(manifest.scripts?.[script] !== undefined, `the script "${script}" is missing`)
    }
    dependencyRules(name)
    exportRules()
  }

  function dependencyRules(name: string): void {
    const allowed = madeOf[name] ?? ['@fsgi/core']
    for (const [dependency, range] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (dependency.startsWith('@fsgi/')) {
        expect(
          allowed.includes(dependency),
          `must not depend on ${dependency}: allowed are ${allowed.join(', ') || 'none'}`,
        )
        expect(
          range === 'workspace:^',
          `${dependency} must be "workspace:^", which is published as ^ and the version, not "${range}"`,
        )
      } else {
        expect(
          !/^(workspace|catalog|file|link|npm):/.test(range),
          `${dependency} must have a range of its own, not "${range}"`,
        )
      }
    }
  }

  function exportRules(): void {
    const published = manifest.publishConfig?.exports ?? {}
    const names = Object.keys(manifest.exports ?? {})
    expect(
      names.join() === Object.keys(published).join(),
      '"exports" and "publishConfig.exports" must have the same keys in the same order',
    )
    expect(names.includes('./package.json'), '"exports" must have "./package.json"')
    for (const [key, target] of Object.entries(manifest.exports ?? {})) {
      if (!(key in published) || typeof target !== 'string' || !target.startsWith('./src/')) continue
      const built = target.replace('./src/', './dist/').replace(/\.ts$/, '')
      const wanted = { types: `${built}.d.ts`, default: `${built}.js` }
      expect(
        JSON.stringify(published[key]) === JSON.stringify(wanted),
        `"publishConfig.exports" of "${key}" must be ${JSON.stringify(wanted)}`,
      )
    }
  }
}
