import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { toFetch } from '@fsgi/core'
import { answering, makeProject } from '../fixtures/project.ts'
import { Reloader } from './reloader.ts'
import { until } from '../fixtures/until.ts'
import type { Project } from '../fixtures/project.ts'
import type { State } from './answering.ts'

vi.setConfig({ testTimeout: 120_000 })

interface Made {
  readonly reloader: Reloader
  readonly states: State[]
  /** What the newest state of the code answers. */
  answer(): Promise<string>
}

function makeReloader(project: Project): Made {
  const sockets = mkdtempSync(join(tmpdir(), 'fsgi-reloader-'))
  const states: State[] = []
  const reloader = new Reloader(
    {
      files: [],
      env: () => process.env,
      tsconfig: () => undefined,
      load: (version) => ({
        entry: project.path('app.ts'),
        root: project.folder,
        socket: join(sockets, `${version}-${Math.random()}`),
        token: 'x'.repeat(32),
        lint: false,
        version,
        pageToken: 'y'.repeat(32),
      }),
    },
    {
      changed: (_, state) => void states.push(state),
      error: () => {},
      finding: () => {},
      recording: () => {},
      leftOut: () => {},
    },
  )
  project.onTestFinished(async () => {
    await reloader.close()
    rmSync(sockets, { recursive: true, force: true })
  })
  async function answer(): Promise<string> {
    await new Promise((resolve) => setImmediate(resolve)) // this process has saved, and has to hear of it like others
    const state = await reloader.settled(never, 60_000)
    if (state?.running === undefined) return state?.failure.heading ?? 'nothing'
    return (await toFetch(state.running.app)(new Request('http://localhost/'))).text()
  }
  return { reloader, states, answer }
}

const never = (): AbortSignal => new AbortController().signal

test.concurrent('who waits is told when the newest code answers, when the time is over, and when the client has gone', async (t) => {
  const project = makeProject(t, { 'app.ts': 'setInterval(() => {}, 1000)\nawait new Promise(() => {})\n' })
  const { reloader, states } = makeReloader(project)
  void reloader.reload()
  expect(await reloader.settled(never, 50)).toBeUndefined()
  expect(await reloader.settled(() => AbortSignal.timeout(50), 20_000)).toBeUndefined()
  expect(states).toEqual([])

  const waiting = reloader.settled(never, 20_000)
  project.write('app.ts', answering('new'))
  expect((await waiting)?.running).toBeDefined()
  expect(states.at(-1)?.running).toBeDefined()
  expect(reloader.version).toBe(states.at(-1)!.version)
})

test.concurrent('closed while it starts: nothing is left, and nobody is told of a new state', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const { reloader, states } = makeReloader(project)
  const started = reloader.reload()
  await reloader.close()
  await started
  expect(states).toEqual([])
})

test.concurrent('after a failed start: the last working version answers when it is asked for, until the next change', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const { reloader, states, answer } = makeReloader(project)
  await reloader.reload()
  expect(reloader.hasLast).toBe(false)
  expect(reloader.useLast()).toBe(false)
  expect(await answer()).toBe('one')
  const { running: one, version } = states.at(-1)!

  project.write('app.ts', 'throw new Error("no")\n')
  expect(await answer()).toBe('The application did not start')
  expect(reloader.version).toBeGreaterThan(version)
  expect(reloader.hasLast).toBe(true)
  expect(reloader.useLast()).toBe(true)
  expect(await answer()).toBe('one')
  expect(reloader.hasLast).toBe(false)
  expect(states.at(-1)!.running).toBe(one)
  expect(reloader.version).toBe(version) // pages of that version are what they were; those of the failed one learn of it

  project.write('app.ts', 'throw new Error("still no")\n')
  expect(await answer()).toBe('The application did not start')
  expect(reloader.useLast()).toBe(true)
  project.write('app.ts', answering('two'))
  expect(await answer()).toBe('two')
  expect(reloader.hasLast).toBe(false)
  expect(reloader.version).toBeGreaterThan(version)
  await one!.gone // retired
})

test.concurrent('the version that worked last is gone when its process is, or when it was exclusive', async (t) => {
  const dying = `process.on('SIGUSR2', () => process.exit(3))\nexport default () => new Response(String(process.pid))\n`
  const project = makeProject(t, { 'app.ts': dying })
  const { reloader, states, answer } = makeReloader(project)
  await reloader.reload()
  const pid = Number(await answer())
  project.write('app.ts', 'throw new Error("no")\n')
  expect(await answer()).toBe('The application did not start')
  expect(reloader.hasLast).toBe(true)
  const changes = states.length
  process.kill(pid, 'SIGUSR2')
  await until(() => !reloader.hasLast)
  expect(reloader.useLast()).toBe(false)
  expect(await answer()).toBe('The application did not start')
  expect(states).toHaveLength(changes) // it did not answer, so nothing is different

  project.write('app.ts', `export default { exclusive: true, start: () => () => new Response('alone') }\n`)
  expect(await answer()).toBe('alone')
  project.write('app.ts', 'throw new Error("no")\n')
  expect(await answer()).toBe('The application did not start')
  expect(reloader.hasLast).toBe(false)
})
