import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { published } from '../fixtures/published.ts'
import { runCommand, startCommand } from '../fixtures/command.ts'
import { until } from '../fixtures/until.ts'

const BREAKS_A_RULE = `export default () => new Response('x', { headers: { connection: 'close' } })\n`
const read = async (url: string): Promise<string> => (await fetch(url)).text()

test.concurrent('fsgi-dev alone runs the entry of fsgi.config.ts, with its options; the command line wins', async (t) => {
  const project = makeProject(t, {
    'src/app.ts': BREAKS_A_RULE,
    'fsgi.config.ts': `
import { text } from './shared.ts'
interface Options { entry: string; lint: boolean; port: number }
const options: Options = { entry: text, lint: false, port: 1 }
export default options
`,
    'shared.ts': `export const text: string = 'src/app.ts'\n`,
  })
  const silent = await startCommand(project, [])
  expect(await read(silent.url)).toBe('x')
  silent.kill('SIGTERM')
  await silent.ended
  expect(silent.output()).not.toContain('lint')

  const linted = await startCommand(project, ['--lint'])
  expect(await read(linted.url)).toBe('x')
  await until(() => linted.output().includes('lint [fsgi'), linted.output)
})

test.concurrent('it is found next to the package.json of the entry, and names files from there', async (t) => {
  const project = makeProject(t, {
    'fsgi.config.ts': `export default { lint: 'of the wrong folder' }\n`,
    'shop/package.json': '{ "name": "shop" }',
    'shop/fsgi.config.mts': `export default { lint: process.env.LINT === 'yes' }\n`,
    'shop/.env': 'LINT=yes\n',
    'shop/src/app.ts': BREAKS_A_RULE,
  })
  const server = await startCommand(project, ['shop/src/app.ts'])
  expect(await read(server.url)).toBe('x')
  await until(() => server.output().includes('lint [fsgi'), server.output)
})

test.concurrent('it may import the package itself, for defineConfig', async (t) => {
  const project = makeProject(t, {
    'app.ts': answering('defined'),
    'fsgi.config.ts': `import { defineConfig } from '@fsgi/server-dev'\nexport default defineConfig({ entry: 'app.ts' })\n`,
    'node_modules/@fsgi/readme': '',
  })
  symlinkSync(published('@fsgi/server-dev'), project.path('node_modules/@fsgi/server-dev'))
  const server = await startCommand(project, [])
  expect(await read(server.url)).toBe('defined')
})

test.concurrent('in a package of CommonJS, and in JavaScript', async (t) => {
  for (const [name, text] of [
    ['fsgi.config.ts', `import type { X } from './nowhere'\nexport default { entry: 'app.ts' }\n`],
    ['fsgi.config.js', `module.exports = { entry: 'app.ts' }\n`],
    ['fsgi.config.mjs', `export default { entry: 'app.ts' }\n`],
  ] as const) {
    const project = makeProject(t, { 'package.json': '{}', [name]: text, 'app.ts': answering(name) })
    const server = await startCommand(project, [])
    expect(await read(server.url)).toBe(name)
  }
})

test.concurrent.for<[Record<string, string>, string | RegExp]>([
  [
    { 'fsgi.config.ts': 'export default { entry: "app.ts", prot: 1 }' },
    "fsgi.config.ts: option 'prot' is not known: did you mean 'port'?",
  ],
  [
    { 'fsgi.config.js': 'export default { port: "80" }' },
    `fsgi.config.js: option 'port' must be an integer from 0 to 65535, but it is "80"`,
  ],
  [
    { 'fsgi.config.ts': 'export default { https: { key: "k.pem" } }' },
    "fsgi.config.ts: option 'https.cert' must be a string, but it is undefined",
  ],
  [{ 'fsgi.config.ts': 'export default []' }, 'fsgi.config.ts: the options must be an object'],
  [{ 'fsgi.config.ts': 'export default { port: 0 }' }, 'which application?'],
  [{ 'fsgi.config.ts': 'export default { entry: "src/gone.ts" }' }, /there is no file \/.*\/src\/gone\.ts$/m],
  [
    { 'fsgi.config.ts': 'export const port = 1' },
    "fsgi.config.ts could not be loaded: TypeError: it has no default export: write 'export default defineConfig({ … })'",
  ],
  [
    { 'fsgi.config.ts': '\nexport default { entry: = }' },
    /fsgi\.config\.ts could not be loaded: SyntaxError: .*\n {2}at fsgi\.config\.ts:2:\d+/,
  ],
  [{ 'fsgi.config.ts': 'import "./gone.ts"' }, /fsgi\.config\.ts could not be loaded: Error.*: Cannot find module/],
  [{ 'fsgi.config.ts': 'process.exit(3)' }, 'fsgi.config.ts could not be loaded: Error: its process ended with code 3'],
  [
    { 'fsgi.config.ts': 'export default { entry() {} }' },
    /fsgi\.config\.ts could not be loaded: Error: .*could not be cloned/,
  ],
  [
    { 'fsgi.config.ts': '', 'fsgi.config.js': '' },
    /there are fsgi\.config\.ts and fsgi\.config\.js in \/.*: only one of them can count/,
  ],
])('%j: the command says what is wrong, and ends with code 1', async ([files, message], t) => {
  const command = runCommand(makeProject(t, files), [])
  expect(await command.ended).toBe(1)
  expect(command.output()).toMatch(message)
  expect(command.output()).toMatch(/^fsgi-dev: /)
})

test.concurrent('a change counts at once where it can; what cannot change is named', async (t) => {
  const project = makeProject(t, {
    'app.ts': BREAKS_A_RULE,
    'fsgi.config.ts': `import { lint } from './lint.ts'\nexport default { entry: 'app.ts', lint }\n`,
    'lint.ts': 'export const lint = false\n',
  })
  const server = await startCommand(project, [])
  expect(await read(server.url)).toBe('x')
  project.write('lint.ts', 'export const lint = true\n') // a file that the config imports
  await until(() => /lint\.ts changed\n(.*\n)*restarted in \d+ ms/.test(server.output()), server.output)
  expect(await read(server.url)).toBe('x')
  await until(() => server.output().includes('lint [fsgi'), server.output)

  project.write('fsgi.config.ts', `export default { entry: 'app.ts', host: '127.0.0.1', https: true, port: 5 }\n`)
  const later = 'fsgi.config.ts changed: host, https count from the next start of fsgi-dev on'
  await until(() => server.output().includes(later), server.output)

  project.write('fsgi.config.ts', `export default { entry: 'app.ts', lint: 1 }\n`)
  const refused =
    "fsgi.config.ts changed, and the settings stay as they were: fsgi.config.ts: option 'lint' must be true or false"
  await until(() => server.output().includes(refused), server.output)
  expect(await read(server.url)).toBe('x')

  rmSync(project.path('fsgi.config.ts'))
  mkdirSync(project.path('fsgi.config.ts.d')) // of no interest
  await until(() => server.output().includes('which application?'), server.output)
  expect(await read(server.url)).toBe('x')
})

test.concurrent('a config file that appears counts as well', async (t) => {
  const project = makeProject(t, { 'app.ts': BREAKS_A_RULE })
  const server = await startCommand(project)
  await until(async () => (await read(server.url)) === 'x' && server.output().includes('lint [fsgi'), server.output)
  project.write('fsgi.config.js', 'export default { lint: false }\n')
  await until(() => /fsgi\.config\.js changed\n(.*\n)*restarted in/.test(server.output()), server.output)
  const before = server.output().match(/lint \[/g)!.length
  for (let n = 0; n < 3; n++) expect(await read(server.url)).toBe('x')
  expect(server.output().match(/lint \[/g)).toHaveLength(before)
})
