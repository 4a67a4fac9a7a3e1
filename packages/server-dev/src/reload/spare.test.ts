import { existsSync, readFileSync, utimesSync } from 'node:fs'
import { expect, test } from 'vitest'
import { appProcesses, descendants, isRunning } from '../fixtures/processes.ts'
import { makeProject } from '../fixtures/project.ts'
import { published } from '../fixtures/published.ts'
import { startCommand } from '../fixtures/command.ts'
import { until } from '../fixtures/until.ts'
import type { Running } from '../fixtures/command.ts'

const telling = (what: string): string => `export default () => Response.json([process.pid, ${what}])\n`

const ask = async ({ url }: Running): Promise<[pid: number, what: unknown]> =>
  (await (await fetch(url)).json()) as [number, unknown]

/** The process that is not the application's: waits until there is one. */
async function spareOf(server: Running): Promise<number> {
  const [app] = await ask(server)
  const others = (): number[] => appProcesses(server.pid).filter((pid) => pid !== app)
  await until(() => others().length === 1, server.output)
  return others()[0]!
}

test.concurrent('the next state of the code runs in a process that was there before the save', async (t) => {
  const project = makeProject(t, { 'app.ts': telling('1') })
  const server = await startCommand(project)
  for (const version of [2, 3]) {
    const spare = await spareOf(server)
    project.write('app.ts', telling(`${version}`))
    expect(await ask(server)).toEqual([spare, version])
  }
  await spareOf(server)
  expect(server.output()).not.toMatch(/error/i)
})

test.concurrent('a save before the spare is ready waits for it, not for another process', async (t) => {
  const project = makeProject(t, { 'app.ts': telling('1') })
  const server = await startCommand(project)
  const [app] = await ask(server)
  await until(() => appProcesses(server.pid).length === 2)
  const [, spare] = appProcesses(server.pid)
  project.write('app.ts', telling('2'))
  expect(await ask(server)).toEqual([spare, 2])
  await until(() => !isRunning(app))
})

test.concurrent('what Node reads when it starts is as new as the save: NODE_OPTIONS, TZ', async (t) => {
  const project = makeProject(t, {
    'app.ts': telling('[process.title, new Date(0).getHours()]'),
    '.env': 'TZ=Asia/Tokyo\n',
  })
  const server = await startCommand(project)
  expect((await ask(server))[1]).toEqual([expect.anything(), 9])
  const spare = await spareOf(server)
  project.write('.env', 'TZ=Asia/Kolkata\nNODE_OPTIONS=--title=shop\n')
  await until(async () => (await ask(server))[0] !== spare && !isRunning(spare), server.output)
  expect((await ask(server))[1]).toEqual(['shop', 5])
})

test.concurrent('a spare that has loaded what is another now is not used: preloaded code, tsconfig.json', async (t) => {
  const paths = (text: string): string => JSON.stringify({ compilerOptions: { paths: { text: [`./${text}.ts`] } } })
  const project = makeProject(t, {
    'app.ts': `import { text } from 'text'\n${telling('[text, globalThis.preloaded]')}`,
    'one.ts': `export const text = 'one'\n`,
    'two.ts': `export const text = 'two'\n`,
    'tsconfig.json': paths('one'),
    'preload.cjs': 'globalThis.preloaded = 1\n',
    '.env': 'NODE_OPTIONS=--require=./preload.cjs\n',
  })
  const server = await startCommand(project)
  expect((await ask(server))[1]).toEqual(['one', 1])
  await spareOf(server)
  project.write('preload.cjs', 'globalThis.preloaded = 2\n')
  expect((await ask(server))[1]).toEqual(['one', 2])
  await spareOf(server)
  project.write('tsconfig.json', paths('two'))
  expect((await ask(server))[1]).toEqual(['two', 2])
})

test.concurrent("a spare that dies is nobody's loss: nothing is printed, and the next save is answered", async (t) => {
  const project = makeProject(t, { 'app.ts': telling('1') })
  const server = await startCommand(project)
  const spare = await spareOf(server)
  const before = server.output()
  process.kill(spare, 'SIGKILL')
  await until(() => !isRunning(spare))
  expect((await ask(server))[1]).toBe(1)
  expect(server.output().replaceAll(/^.* GET .*\n/gm, '')).toBe(before.replaceAll(/^.* GET .*\n/gm, ''))
  project.write('app.ts', telling('2'))
  expect((await ask(server))[1]).toBe(2)
  await spareOf(server)
})

test.concurrent('a spare runs nothing of the application', async (t) => {
  const project = makeProject(t, {
    'app.ts': `import { appendFileSync } from 'node:fs'\nappendFileSync('starts.txt', process.pid + '\\n')\n${telling('1')}`,
  })
  const server = await startCommand(project)
  await spareOf(server)
  const [app] = await ask(server)
  expect(existsSync(project.path('starts.txt'))).toBe(true)
  expect(readFileSync(project.path('starts.txt'), 'utf8')).toBe(`${app}\n`)
})

test.concurrent.for(['SIGKILL', 'SIGTERM'] as const)(
  'no spare outlives its server: %s, while it starts and later',
  async (signal, t) => {
    const project = makeProject(t, { 'app.ts': telling('1') })
    for (const early of [true, false]) {
      const server = await startCommand(project)
      if (early) await until(() => appProcesses(server.pid).length === 2)
      else await spareOf(server)
      const processes = descendants(server.pid)
      server.kill(signal)
      await server.ended
      await until(
        () => !processes.some(isRunning),
        () => processes.filter(isRunning).join(' '),
      )
    }
  },
)

test('a spare is not used either when another version of what it consists of has been installed', async (t) => {
  const project = makeProject(t, { 'app.ts': telling('1') })
  const server = await startCommand(project)
  for (const [index, name] of ['core', 'server-node'].entries()) {
    const spare = await spareOf(server)
    const now = new Date()
    utimesSync(published(`@fsgi/${name}/package.json`), now, now)
    project.write('app.ts', telling(`${index + 2}`))
    const [pid, version] = await ask(server)
    expect([version, pid === spare]).toEqual([index + 2, false])
  }
})
