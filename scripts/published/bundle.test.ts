import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { root } from '../workspace.ts'

const modules = join(root, 'packages/server-node/node_modules')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fsgi-bundle-'))
  write('package.json', {
    name: 'one',
    type: 'module',
    dependencies: { other: '1.0.0' },
    devDependencies: { zod: '4.0.0' },
    exports: {},
    publishConfig: {
      exports: { '.': './dist/index.js', './more': { types: './dist/more.d.ts', default: './dist/more.js' } },
    },
  })
  write('node_modules/other/package.json', { name: 'other', type: 'module', exports: './index.js' })
  write('node_modules/other/index.js', 'export const other = "of another package"')
  write('dist/index.js', 'export { Shared } from "./deep/shared.js"\nexport { other } from "other"')
  write('dist/index.d.ts', 'export { Shared } from "./deep/shared.js"')
  write(
    'dist/more.js',
    'import * as z from "zod/mini"\nexport { Shared } from "./deep/shared.js"\nexport const check = (value) => z.int().safeParse(value).success',
  )
  write('dist/deep/shared.js', 'export class Shared {}')
  write('dist/deep/old.js.map', '{}')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
}

describe('a package that is published as few files', () => {
  test('has a file for each entry and one for what they share; declarations stay as they are', () => {
    bundle(folder, modules)
    const files = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })
    const [chunk, ...code] = files.filter((file) => file.endsWith('.js')).toSorted()
    expect(chunk).toMatch(/^chunk-/)
    expect(code).toEqual(['index.js', 'more.js'])
    expect(files).toContain('index.d.ts')
    expect(files).not.toContain(join('deep', 'old.js.map'))
    expect(readdirSync(folder)).not.toContain('.bundled')
  })

  test('has one of each class, whichever entry it comes from, what it inlines, and imports what is installed with it', async () => {
    bundle(folder, modules)
    cpSync(folder, `${folder}-alone`, { recursive: true }) // where nobody finds zod
    const entry = (name: string): string => pathToFileURL(join(`${folder}-alone`, 'dist', name)).href
    const [index, more] = (await Promise.all([import(entry('index.js')), import(entry('more.js'))])) as [
      { Shared: unknown; other: string },
      { Shared: unknown; check(value: unknown): boolean },
    ]
    expect(index.Shared).toBe(more.Shared)
    expect(index.other).toBe('of another package')
    expect([more.check(1), more.check('1')]).toEqual([true, false])
    expect(readFileSync(join(folder, 'dist/index.js'), 'utf8')).toMatch(/from "other"/)
    rmSync(`${folder}-alone`, { recursive: true })
  })

  test('has the licence of what it inlines, and none where it inlines nothing', () => {
    bundle(folder, modules)
    expect(readFileSync(join(folder, 'dist/LICENSES.txt'), 'utf8')).toMatch(/^zod 4\.[^]*MIT License/)

    rmSync(join(folder, 'dist/LICENSES.txt'))
    write('dist/more.js', 'export { Shared } from "./index.js"')
    bundle(folder, modules)
    expect(readdirSync(join(folder, 'dist'))).not.toContain('LICENSES.txt')
  })
})
