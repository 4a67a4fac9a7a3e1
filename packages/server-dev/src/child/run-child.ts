import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { reply } from '@fsgi/core'
import { isExclusive } from '@fsgi/core/server'
import { serveRelay } from '@fsgi/server-node/relay'
import { developing } from './dev-entry.ts'
import { failingRequest } from './error-page.ts'
import { reportWithWay } from './error-way.ts'
import { errorReport } from '../errors/error-report.ts'
import { loadEntry } from './load-entry.ts'
import { allSeen, loadedFiles, tellLoadedFiles } from './loaded-files.ts'
import { warmUp } from './warm-up.ts'
import { watchParent } from './watch-parent.ts'
import type { FromChild, LoadFacts, ToChild } from '../messages.ts'
import type { LoadedModules } from './loaded-files.ts'
import type { Server } from '@fsgi/server-node'

const DRAIN = 2_000 // ms that what is in flight may still take when the process is to end

/** The application's process, from its first message (`load`) to its end. Called by bin/child.js. */
export function runChild(modules: LoadedModules): void {
  const tell = (message: FromChild): void => void process.send?.(message)
  let loading: Promise<void> | undefined
  let server: Server | undefined
  let socket: string | undefined
  let importing = true

  process.on('message', (message: ToChild) => {
    if (message.type === 'load') loading = load(message.facts)
    else if (message.type === 'warm') warm(message.facts).catch(() => {}) // then the first answer is a little later
    else void close(message.limit)
  })
  process.on('disconnect', () => {
    if (socket !== undefined) rmSync(dirname(socket), { recursive: true, force: true }) // nobody else is left to do it
    void close(2000)
  })
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return // the application has its own way to deal with it
    if (!process.connected) process.exit(1)
    process.send!({ type: 'crashed', error: errorReport(error) } satisfies FromChild, () => process.exit(1))
  })
  // a Ctrl-C in the terminal reaches this process as well: the parent will say when to end
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  watchParent()
  if (!process.connected) process.exit(1) // the parent has gone before anybody listened

  async function warm(facts: LoadFacts): Promise<void> {
    await allSeen(modules)
    tell({ type: 'booted', files: loadedFiles(modules) })
    await warmUp(
      developing(facts, () => {})(() => reply('warm')),
      facts,
    )
  }

  async function load(facts: LoadFacts): Promise<void> {
    socket = facts.socket
    const flushFiles = tellLoadedFiles(modules, (files) => tell({ type: 'files', files }))
    try {
      const developed = developing(facts, tell) // before the stacks of the application are made
      const entry = await loadEntry(facts.entry)
      importing = false
      const report = (error: unknown): void =>
        tell({ type: 'error', error: reportWithWay(error), during: failingRequest() })
      const { token } = facts
      server = await serveRelay(developed(entry), { socket, token, report, timeouts: { close: DRAIN } })
      await allSeen(modules)
      flushFiles()
      tell({ type: 'ready', exclusive: isExclusive(entry) })
    } catch (error) {
      await allSeen(modules)
      flushFiles()
      process.send!({ type: 'failed', error: errorReport(error) } satisfies FromChild, () => process.exit(1))
    }
  }

  async function close(limit: number): Promise<void> {
    setTimeout(() => process.exit(1), limit).unref()
    if (importing) process.exit(0)
    await loading
    await server?.close()
    process.exit(0)
  }
}
