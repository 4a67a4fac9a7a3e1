// Runs every ```ts example of the documents: type-checked, executed from source, and an entry that it exports by default
// is sent the requests in the comments below it (CONTRIBUTING.md, "Documents").
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { toFetch } from '@fsgi/core'
import { expectAnswer } from './fences/expectation.ts'
import { documents, root } from './fences/documents.ts'
import type { Entry } from '@fsgi/core'

const folders = new Map<string, string>()
const examples = documents().flatMap(({ path, folder, fences }) =>
  fences.map((fence) => {
    const directory = folders.get(folder) ?? newProject(folder)
    folders.set(folder, directory)
    const file = join(directory, `${path.replaceAll('/', '-')}.${fence.line}.ts`)
    // As many empty lines before it as in the document, so that every message has the document's line number.
    writeFileSync(file, `${'\n'.repeat(fence.line)}${fence.code}\nexport {}\n`)
    return { ...fence, path, directory, file }
  }),
)

/** The current directory of the examples: its `public/style.css` stands for the reader's own files. */
function newProject(folder: string): string {
  const directory = mkdtempSync(join(root, folder, '.fences-'))
  cpSync(join(root, 'docs/fences/project'), directory, { recursive: true })
  return directory
}

const start = process.cwd()
afterAll(() => {
  process.chdir(start)
  for (const directory of folders.values()) rmSync(directory, { recursive: true })
})

test('every example in the documents type-checks', () => {
  const home = mkdtempSync(join(root, 'docs/.fences-'))
  folders.set('types', home)
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: { declaration: false },
    include: [],
    files: examples.map(({ file }) => file),
  }
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(config))
  const tsc = createRequire(import.meta.url)
    .resolve('typescript/package.json')
    .replace(/package\.json$/, 'bin/tsc')
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', home, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  })
  const findings = examples.reduce(
    (text, { file, path }) => text.replaceAll(relative(root, file), path),
    stdout + stderr,
  )
  expect({ status, findings }).toEqual({ status: 0, findings: '' })
})

describe('an example in a document', () => {
  const titled = examples.map((example) => [`${example.path}:${example.line}`, example] as const)
  test.each(titled)('%s runs and answers as it says', async (_title, { directory, file, expectations }) => {
    process.chdir(directory)
    const { default: entry } = (await import(pathToFileURL(file).href)) as { default?: Entry }
    if (entry === undefined) {
      expect(expectations, 'requests are written below it, but it exports no entry by default').toEqual([])
      return
    }
    expect(
      expectations,
      'it exports an entry: write below it what that answers, as <!-- GET / → 200 "text" -->',
    ).not.toEqual([])
    const fetch = toFetch(entry)
    for (const expectation of expectations) await expectAnswer(fetch, expectation)
  })
})
