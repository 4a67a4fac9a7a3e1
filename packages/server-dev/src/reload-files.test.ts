import { execFileSync } from 'node:child_process'
import { renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { manyFiles, oneOfMany } from './fixtures/many-files.ts'
import { makeProject } from './fixtures/project.ts'
import { startCommand } from './fixtures/command.ts'
import { until } from './fixtures/until.ts'
import type { Project } from './fixtures/project.ts'
import type { Running } from './fixtures/command.ts'

const read = async ({ url }: Running): Promise<string> => (await fetch(url)).text()

const text = (value: string): string => `export const text = ${JSON.stringify(value)}\n`

/** Files of which each adds its part to what the next gives. */
function chain(length: number, part: string): Record<string, string> {
  const files: Record<string, string> = { 'parts/0.ts': `export const text = ''\n` }
  for (let n = 1; n <= length; n++) {
    files[`parts/${n}.ts`] = `import { text as rest } from './${n - 1}.ts'\nexport const text = rest + '${part}'\n`
  }
  files['app.ts'] = `import { text } from './parts/${length}.ts'\nexport default () => new Response(text)\n`
  return files
}

function git({ folder }: Project, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=shop', '-c', 'user.email=shop@example.com', '-c', 'gc.auto=0', ...args], {
    cwd: folder,
    stdio: 'pipe',
  })
}

test.concurrent('git checkout of many files back and forth: no answer is of a mixture, and the last is of the last branch', async (t) => {
  const FILES = 40
  const project = makeProject(t, { ...chain(FILES, 'a'), '.gitignore': 'fsgi-*\ntsx-*\n' })
  const commit = (): void => {
    git(project, 'add', '-A')
    git(project, 'commit', '-q', '-m', 'a state')
  }
  git(project, 'init', '-q', '-b', 'a')
  commit()
  git(project, 'checkout', '-q', '-b', 'b')
  for (const [name, content] of Object.entries(chain(FILES, 'b'))) project.write(name, content)
  commit()
  git(project, 'checkout', '-q', '-b', 'gone')
  git(project, 'rm', '-q', '-r', 'parts')
  commit()
  git(project, 'checkout', '-q', 'a')

  const server = await startCommand(project)
  expect(await read(server)).toBe('a'.repeat(FILES))
  for (const branch of ['b', 'a', 'gone', 'b', 'gone', 'a']) {
    git(project, 'checkout', '-q', branch)
    const answer = await read(server)
    if (branch === 'gone') expect(answer).toMatch(/^The application did not start/)
    else expect(answer).toBe(branch.repeat(FILES))
  }
  for (let n = 0; n < 6; n++) git(project, 'checkout', '-q', n % 2 === 0 ? 'a' : 'b') // nobody looks in between
  git(project, 'checkout', '-q', 'a')
  expect(await read(server)).toBe('a'.repeat(FILES))
})

test.concurrent('an editor that empties the file first and takes its time, and files that are moved away and back', async (t) => {
  const project = makeProject(t, {
    'app.ts': `import { text } from './lib/text.ts'\nexport default () => new Response(text)\n`,
    'lib/text.ts': text('one'),
  })
  const server = await startCommand(project)
  expect(await read(server)).toBe('one')
  truncateSync(project.path('lib/text.ts'))
  await pause(100) // so long that a start is tried
  project.write('lib/text.ts', text('two'))
  expect(await read(server)).toBe('two')

  renameSync(project.path('lib'), project.path('away'))
  expect(await read(server)).toMatch(/^The application did not start/)
  renameSync(project.path('away'), project.path('lib'))
  await until(async () => (await read(server)) === 'two', server.output)
  project.write('lib/text.ts', text('three')) // the folder is another for who watches, and is watched again
  expect(await read(server)).toBe('three')

  rmSync(project.path('lib'), { recursive: true })
  project.write('lib/text.ts', text('four'))
  await until(async () => (await read(server)) === 'four', server.output)
  project.write('lib/text.ts', text('five'))
  expect(await read(server)).toBe('five')
})

test.concurrent("a package of the workspace that is linked is the application's own, one that is installed is not", async (t) => {
  const project = makeProject(t, {
    'package.json': '{ "name": "shop", "type": "module", "workspaces": ["*"] }',
    'linked/package.json': '{ "name": "linked", "type": "module", "exports": "./linked.ts" }',
    'linked/linked.ts': `export const linked = 'linked one'\n`,
    'node_modules/installed/package.json': '{ "name": "installed", "type": "module", "exports": "./installed.js" }',
    'node_modules/installed/installed.js': `export const installed = 'installed one'\n`,
    'app/package.json': '{ "name": "app", "type": "module" }',
    'app/app.ts': `
import { installed } from 'installed'
import { linked } from 'linked'
export default () => Response.json([process.pid, linked, installed])
`,
  })
  symlinkSync('../linked', project.path('node_modules/linked'), 'dir')
  const server = await startCommand(project, ['app/app.ts'])
  const [pid, ...parts] = JSON.parse(await read(server)) as unknown[]
  expect(parts).toEqual(['linked one', 'installed one'])
  project.write('node_modules/installed/installed.js', `export const installed = 'installed two'\n`)
  expect(JSON.parse(await read(server))).toEqual([pid, 'linked one', 'installed one'])
  project.write('linked/linked.ts', `export const linked = 'linked two'\n`)
  expect((JSON.parse(await read(server)) as unknown[]).slice(1)).toEqual(['linked two', 'installed two'])
})

test.concurrent('an application of many files: a change of any of them counts, of others beside them it does not', async (t) => {
  const project = makeProject(t, manyFiles(300))
  const server = await startCommand(project)
  const ask = async (): Promise<[number, number]> => JSON.parse(await read(server)) as [number, number]
  const [pid, sum] = await ask()
  expect(sum).toBe(300)
  project.write('part3/unused.ts', 'export const changed = 1\n')
  project.write('part3/new.ts', 'export {}\n')
  expect(await ask()).toEqual([pid, 300])
  for (const [index, number] of [0, 299, 123].entries()) {
    project.write(...oneOfMany(number, 11))
    expect((await ask())[1]).toBe(300 + 10 * (index + 1))
  }
})
