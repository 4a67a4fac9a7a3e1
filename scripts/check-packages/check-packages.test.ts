import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { folderRules } from './folder-rules.ts'
import { importRules } from './import-rules.ts'
import { manifestRules } from './manifest-rules.ts'
import { sharedRanges } from './shared-ranges.ts'
import { catalog, manifestAt, root } from '../workspace.ts'
import type { Manifest, Package } from '../workspace.ts'

const folder = 'packages/middleware-gzip'
const gzip = manifestAt(join(root, folder))
const changed = (change: Partial<Manifest>): Package => ({ folder, manifest: { ...gzip, ...change } })

describe('the rules for package.json', () => {
  test('hold for a package of ours', () => {
    expect(manifestRules({ folder, manifest: gzip })).toEqual([])
  })

  test.each<[string, Partial<Manifest>]>([
    ['"name" must be "@fsgi/middleware-gzip", as its folder', { name: '@fsgi/gzip' }],
    ['"description" is missing', { description: '' }],
    ['"repository.directory" must be "packages/middleware-gzip"', { repository: { directory: 'packages/gzip' } }],
    ['"engines" must be { "node": ">=20.19" }', { engines: { node: '>=18' } }],
    [
      'the script "lint" is none of build, dev, soak, start, tarball, test, types',
      { scripts: { ...gzip.scripts, lint: 'x' } },
    ],
    ['must not depend on @fsgi/middleware-static', { dependencies: { '@fsgi/middleware-static': 'workspace:^' } }],
    ['@fsgi/core must be "workspace:^"', { dependencies: { '@fsgi/core': 'workspace:*' } }],
    ['zod must have a range of its own, not "catalog:"', { dependencies: { zod: 'catalog:' } }],
    ['must have the same keys', { exports: { ...gzip.exports, './more': './src/more.ts' } }],
    ['"exports" must have "./package.json"', { exports: {}, publishConfig: { access: 'public', exports: {} } }],
    ['"publishConfig.access" must be "public"', { publishConfig: { ...gzip.publishConfig, access: 'restricted' } }],
  ])('%s', (message, change) => {
    const wrong = manifestRules(changed(change))
    expect(wrong).toHaveLength(1)
    expect(wrong[0]).toMatch(/^packages\/middleware-gzip\/package\.json: /)
    expect(wrong[0]).toContain(message)
  })
})

describe('the ranges of packages from elsewhere', () => {
  test('are the catalog’s, and the same everywhere', () => {
    const one = changed({ dependencies: { zod: '^4.0.0', hono: '^4.1.0' } })
    const two: Package = { ...changed({ dependencies: { hono: '^4.2.0' } }), folder: 'apps/two' }
    expect(sharedRanges([one, two], { zod: '^4.6.7' })).toEqual([
      'packages/middleware-gzip/package.json: zod is "^4.0.0" but "^4.6.7" in the catalog',
      'apps/two/package.json: hono is "^4.2.0" but "^4.1.0" in packages/middleware-gzip',
    ])
  })

  test('the catalog is read from pnpm-workspace.yaml', () => {
    expect(catalog()).toMatchObject({ '@types/node': '^20.19.0', typescript: '~7.0.2' })
  })
})

describe('the files of a package', () => {
  let temporary = ''
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(temporary, file)), { recursive: true })
    writeFileSync(join(temporary, file), text)
  }
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'fsgi-check-'))
    write('LICENSE', 'MIT')
  })
  afterEach(() => rmSync(temporary, { recursive: true }))

  test('must be there when package.json names them', () => {
    write(`${folder}/LICENSE`, 'other')
    write(`${folder}/src/index.ts`, '')
    const manifest = {
      ...gzip,
      version: '1.0.0',
      exports: { '.': './src/index.ts', './more': './src/more.ts' },
      bin: { x: './bin/x.js' },
    }
    expect(folderRules({ folder, manifest }, temporary)).toEqual([
      `${folder}/README.md is not there: it is its README`,
      `${folder}/CHANGELOG.md is not there: it is its CHANGELOG, which \`changeset version\` writes`,
      `${folder}/src/more.ts is not there: it is the target of the export "./more"`,
      `${folder}/bin/x.js is not there: it is the command x`,
      `${folder}/LICENSE is not the LICENSE of the root`,
    ])
  })

  test('import only what is installed with them', () => {
    const source = [
      "import { reply } from '@fsgi/core'",
      "import fs from 'node:fs'",
      "import {\n  test,\n} from 'vitest'",
      "export * from './other.ts'",
      "const late = await import('left-pad/deep')",
      " * import { x } from 'an-example'",
    ]
    write(`${folder}/src/index.ts`, source.join('\n'))
    write(`${folder}/src/index.test.ts`, "import { test } from 'vitest'")
    expect(
      importRules({ folder, manifest: { ...gzip, dependencies: { '@fsgi/core': 'workspace:^' } } }, temporary),
    ).toEqual([
      `${folder}/src/index.ts imports vitest, which is not among the package's dependencies`,
      `${folder}/src/index.ts imports left-pad, which is not among the package's dependencies`,
    ])
  })
})
