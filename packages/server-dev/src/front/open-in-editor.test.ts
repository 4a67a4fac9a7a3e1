import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { editorApp } from './editor-app.ts'
import { makeProject } from '../fixtures/project.ts'
import { until } from '../fixtures/until.ts'
import type { TestHook } from '../fixtures/project.ts'

/** A command `code` that writes down its arguments, one for each line. */
function fakeEditor({ onTestFinished }: { onTestFinished: TestHook }): { command: string; args(): string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-editor-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [command, log] = [join(folder, 'code'), join(folder, 'args')]
  writeFileSync(command, `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}.part'\nmv '${log}.part' '${log}'\n`)
  chmodSync(command, 0o755)
  return { command, args: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []) }
}

const open = async (root: string, editor: string | undefined, body: unknown): Promise<[number, string]> => {
  const request = new Request('http://localhost/__fsgi/api/open', { method: 'POST', body: JSON.stringify(body) })
  const response = await dispatch(editorApp({ root, editor }), request)
  return [response.status, await response.text()]
}

afterEach(() => vi.unstubAllEnvs())

test('the editor is called with the file, the line and the column: that of the option, else of FSGI_EDITOR', async (t) => {
  const project = makeProject(t, { 'src/app.ts': '1' })
  const first = fakeEditor(t)
  expect(await open(project.folder, first.command, { file: project.path('src/app.ts'), line: 3, column: 7 })).toEqual([
    204,
    '',
  ])
  await until(() => first.args().length > 0)
  expect(first.args()).toEqual(['-r', '-g', `${project.path('src/app.ts')}:3:7`])
  const second = fakeEditor(t)
  vi.stubEnv('FSGI_EDITOR', `${second.command} --wait`)
  expect(await open(project.folder, undefined, { file: 'src/app.ts' })).toEqual([204, ''])
  await until(() => second.args().length > 0)
  expect(second.args()).toEqual(['--wait', '-r', '-g', `${project.path('src/app.ts')}:1:1`])
})

test('a name is an argument and never a part of a command', async (t) => {
  const name = `a b;touch pwned$(touch pwned)\`touch pwned\`'"&|.ts`
  const project = makeProject(t, { [name]: '1' })
  const editor = fakeEditor(t)
  expect((await open(project.folder, editor.command, { file: name, line: 1 }))[0]).toBe(204)
  await until(() => editor.args().length > 0)
  expect(editor.args().at(-1)).toBe(`${project.path(name)}:1:1`)
  expect(existsSync(project.path('pwned')) || existsSync('pwned')).toBe(false)
})

test('only files of the project, by their real path', async (t) => {
  const project = makeProject(t, { 'app.ts': '1', 'node_modules/x/index.js': '1' })
  const other = makeProject(t, { 'secret.ts': '1' })
  symlinkSync(other.path('secret.ts'), project.path('link.ts'))
  symlinkSync(other.folder, project.path('folder'))
  const editor = fakeEditor(t)
  const elsewhere = [
    '/etc/passwd',
    '../../etc/passwd',
    other.path('secret.ts'),
    'link.ts',
    'folder/secret.ts',
    '.',
    'nope.ts',
  ]
  for (const file of [...elsewhere, 'node_modules/x/index.js', 'app.ts\0', '--version', 'file:///etc/passwd']) {
    expect((await open(project.folder, editor.command, { file }))[0], file).toBe(404)
  }
  for (const body of [
    undefined,
    {},
    [],
    { file: 5 },
    { file: 'app.ts', line: '1; x' },
    { file: 'app.ts', line: 0 },
    { file: 'app.ts', x: 1 },
  ]) {
    expect((await open(project.folder, editor.command, body))[0], JSON.stringify(body)).toBe(400)
  }
  expect(editor.args()).toEqual([])
})

test('what went wrong is said: a command that does not exist, one that fails, one that needs the terminal', async (t) => {
  const project = makeProject(t, { 'app.ts': '1' })
  const failing = join(project.folder, 'failing')
  writeFileSync(failing, '#!/bin/sh\nexit 3\n', { mode: 0o755 })
  const say = (editor: string | undefined): Promise<[number, string]> =>
    open(project.folder, editor, { file: 'app.ts' })
  expect(await say('/nowhere/code')).toEqual([
    500,
    expect.stringMatching(/\/nowhere\/code did not open: .*does not exist/),
  ])
  expect(await say(failing)).toEqual([500, expect.stringContaining('code 3')])
  expect(await say('nvim -p')).toEqual([500, expect.stringMatching(/nvim -p needs a terminal of its own.*--editor/)])
  vi.stubEnv('VISUAL', 'vim')
  vi.stubEnv('EDITOR', 'nano')
  vi.stubEnv('PATH', '') // no ps: what runs on this machine is not looked at
  expect(await say(undefined)).toEqual([500, expect.stringMatching(/(vim|nano) needs a terminal of its own/)])
  expect([process.env['VISUAL'], process.env['EDITOR']]).toEqual(['vim', 'nano'])
  vi.stubEnv('VISUAL', '')
  vi.stubEnv('EDITOR', '')
  expect(await say(undefined)).toEqual([500, expect.stringContaining('no editor is known')])
})
