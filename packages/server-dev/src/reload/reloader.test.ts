import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { Reloader } from './reloader.ts'
import type { Project } from '../fixtures/project.ts'
import type { State } from './answering.ts'

vi.setConfig({ testTimeout: 30_000 })

function makeReloader(project: Project): { reloader: Reloader; states: State[] } {
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
    { changed: (_, state) => void states.push(state), error: () => {}, finding: () => {}, recording: () => {}, leftOut: () => {} },
  )
  project.onTestFinished(async () => {
    await reloader.close()
    rmSync(sockets, { recursive: true, force: true })
  })
  return { reloader, states }
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
  expect(reloader.version).toBe(states.length)
})

test.concurrent('closed while it starts: nothing is left, and nobody is told of a new state', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const { reloader, states } = makeReloader(project)
  const started = reloader.reload()
  await reloader.close()
  await started
  expect(states).toEqual([])
})
