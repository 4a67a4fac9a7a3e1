import { createRequire } from 'node:module'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { entryOf } from './load-entry.ts'
import type { App } from '@fsgi/core'

const nativeImport = createRequire(import.meta.url)('../fixtures/native-import.cjs') as (
  url: string,
) => Promise<Record<string, unknown>>

async function load(name: string, text: string): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'fsgi-serve-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, name), text)
  return entryOf(await nativeImport(pathToFileURL(join(directory, name)).href), name)
}

test.each([
  ['the default export of an ES module', 'app.mjs', "export default () => 'entry'"],
  ['what a CommonJS module exports', 'app.cjs', "module.exports = () => 'entry'"],
  [
    'the default export of an ES module that was compiled to CommonJS',
    'app.cjs',
    "Object.defineProperty(exports, '__esModule', { value: true })\nexports.default = () => 'entry'",
  ],
])('the entry is %s', async (_, name, text) => {
  const entry = (await load(name, text)) as App
  expect((entry as () => unknown)()).toBe('entry')
})

test('a CommonJS module that only has a property named default is taken as it is', async () => {
  expect(await load('app.cjs', 'module.exports = { default: 1, fetch: 2 }')).toEqual({ default: 1, fetch: 2 })
})

test('a compiled ES module without default export says what it exports', async () => {
  await expect(load('app.cjs', 'exports.__esModule = true\nexports.handler = 1')).rejects.toThrow(
    /app\.cjs has no default export, which is what is served: it exports only handler$/,
  )
})
