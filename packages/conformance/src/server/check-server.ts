import { DispatchClient } from './client/dispatch-client.ts'
import { WireClient } from './client/wire-client.ts'
import { serverCases } from './cases.ts'
import { startCollector } from './events/collector.ts'
import type { Client } from './client/client.ts'
import type { Collector } from './events/collector.ts'
import type { Host, RunningHost } from './host.ts'
import type { Mode } from './dispatcher/modes.ts'
import type { ServerCase } from './case.ts'

export interface ServerCaseResult {
  readonly case: ServerCase
  readonly mode: Mode
  /** What went wrong; `undefined` where the case passed, or failed as declared. */
  readonly error?: Error
  /** The reason, where the case failed as declared. */
  readonly declared?: string
}

/** A host that runs, and the place where its apps tell what they do. */
export interface Session {
  readonly host: Host
  readonly running: RunningHost
  readonly collector: Collector
  close(): Promise<void>
}

/** Runs every case that a host is asked, under every mode, without a test runner. */
export async function checkServer(host: Host): Promise<ServerCaseResult[]> {
  const session = await openSession(host)
  try {
    const results: ServerCaseResult[] = []
    for (const group of groupsOf(host)) {
      await session.running.disturb?.()
      results.push(...(await Promise.all(group.map(({ one, mode }) => runServerCase(one, mode, session)))))
    }
    return results
  } finally {
    await session.close()
  }
}

/** A case under a mode. */
interface Run {
  readonly one: ServerCase
  readonly mode: Mode
}

/** The cases that run at the same time. */
function groupsOf(host: Host): Run[][] {
  const runs = casesOf(host)
  const alone = runs.filter(({ one }) => one.tier === 'cap:report')
  const others = runs.filter(({ one }) => one.tier !== 'cap:report')
  const size = host.together ?? 1
  const groups = Array.from({ length: Math.ceil(others.length / size) }, (_, i) =>
    others.slice(i * size, (i + 1) * size),
  )
  return [...groups, ...alone.map((run) => [run])]
}

/** The cases that a host is asked, each with the modes to run it under. */
export function casesOf(host: Host): Run[] {
  const known = new Set(serverCases.map((one) => one.id))
  for (const id of Object.keys(host.declared ?? {})) {
    if (!known.has(id)) throw new Error(`${host.name} declares a failure of ${id}, which is no case`)
  }
  return serverCases
    .filter((one) => host.tiers.has(one.tier))
    .flatMap((one) => modesOf(one, host).map((mode) => ({ one, mode })))
}

/** Starts a host and what the cases need. */
export async function openSession(host: Host): Promise<Session> {
  const collector = await startCollector()
  try {
    const running = await host.start()
    return {
      host,
      running,
      collector,
      close: async () => {
        await collector.close()
        await running.close()
      },
    }
  } catch (error) {
    await collector.close()
    throw error
  }
}

/** Runs one case; what the runner front ends call. */
export async function runServerCase(one: ServerCase, mode: Mode, session: Session): Promise<ServerCaseResult> {
  const declared = session.host.declared?.[one.id]
  const error = await failureOf(one, mode, session)
  if (declared === undefined) return error === undefined ? { case: one, mode } : { case: one, mode, error }
  if (error !== undefined) return { case: one, mode, declared }
  return { case: one, mode, error: new Error(`${one.id} passes, but it is declared to fail: ${declared}`) }
}

/** Milliseconds after which a case has found a stall: many, as the machine may be busy; fewer where a failure is expected. */
const LIMIT = 10_000
const DECLARED_LIMIT = 2000

async function failureOf(
  one: ServerCase,
  mode: Mode,
  { host, running, collector }: Session,
): Promise<Error | undefined> {
  const events = collector.events()
  const selection = { app: one.app, mode }
  const client =
    running.dispatch === undefined
      ? new WireClient(running.origin, events, selection, host.serve?.bind(host))
      : new DispatchClient(running.dispatch, events, selection)
  try {
    await withinLimit(
      checked(one, mode, client),
      host.limit ?? (host.declared?.[one.id] === undefined ? LIMIT : DECLARED_LIMIT),
    )
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    if (client instanceof WireClient) await client.close()
  }
}

/** A case passes under `lint` if that has nothing to say about the server either. */
async function checked(one: ServerCase, mode: Mode, client: Client): Promise<void> {
  await one.run(client)
  if (mode !== 'lint') return
  const found = (await client.settled()).filter((event) => event.name === 'lint').map((event) => event.data)
  if (found.length > 0) throw new Error(`lint found: ${found.join('; ')}`)
}

/** What the server answers by itself does not depend on what stands in front of the app; a declared failure is seen once. */
function modesOf(one: ServerCase, host: Host): Mode[] {
  const modes = host.modes ?? ['bare']
  return one.app === undefined || host.declared?.[one.id] !== undefined
    ? ['bare']
    : modes.filter((mode) => one.except?.[mode] === undefined)
}

async function withinLimit(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    const stalls = new Error(`the case did not end within ${milliseconds} ms: something stalls`)
    timer = setTimeout(() => reject(stalls), milliseconds)
  })
  await Promise.race([work, limit]).finally(() => clearTimeout(timer))
}
