import { describe } from './describe.ts'
import type { App } from '../app.ts'
import type { Host } from '../entry.ts'

/** What a server tells about itself when it starts an entry. Everything has a default. */
export interface HostFacts {
  readonly env?: Readonly<Record<string, unknown>>
  readonly oneShot?: boolean
  readonly multiprocess?: boolean
  report?(error: unknown): void
}

/** An entry that runs. */
export interface Started {
  readonly app: App
  /** Aborts `host.signal`: the shutdown begins. */
  beginShutdown(): void
  /** Begins the shutdown if nobody has, and runs what was given to `host.defer`, last first. Never rejects. */
  close(): Promise<void>
}

/**
 * Turns an entry into an app (SPEC S35): an object with `start` is started, then anything with `fetch` is called through
 * it, then a function is the app itself.
 * @throws {TypeError} that says what was found, if it is none of these; and whatever `start` throws.
 */
export async function startEntry(entry: unknown, facts: HostFacts = {}): Promise<Started> {
  const shutdown = new AbortController()
  const closers: (() => void | Promise<void>)[] = []
  const report = facts.report ?? ((error: unknown) => console.error(error))

  async function close(): Promise<void> {
    shutdown.abort(new DOMException('the server is shutting down', 'AbortError'))
    while (closers.length > 0) {
      try {
        await closers.pop()!()
      } catch (error) {
        report(error)
      }
    }
  }

  if (!isStartEntry(entry)) return { app: appOf(entry), beginShutdown: () => shutdown.abort(), close }
  const host: Host = {
    signal: shutdown.signal,
    defer: (closer) => void closers.push(closer),
    report,
    env: facts.env ?? {},
    oneShot: facts.oneShot ?? false,
    multiprocess: facts.multiprocess ?? false,
  }
  try {
    const app = appOf(await entry.start(host), 'start() must return an app')
    return { app, beginShutdown: () => shutdown.abort(), close }
  } catch (error) {
    await close() // what a failed start has opened is closed again
    throw error
  }
}

/** Whether an entry must be closed before another process starts the same application. */
export function isExclusive(entry: unknown): boolean {
  return isStartEntry(entry) && (entry as { exclusive?: unknown }).exclusive === true
}

function appOf(
  value: unknown,
  expected = 'an entry is an app (a function), an object with fetch, or an object with start',
): App {
  if (isObject(value) && typeof value.fetch === 'function')
    return (request, context) => (value as { fetch: App }).fetch(request, context)
  if (typeof value === 'function') return value as App
  throw new TypeError(`[fsgi S35] ${expected}: found ${describe(value)}`)
}

function isStartEntry(value: unknown): value is { start(host: Host): unknown } {
  return isObject(value) && typeof value.start === 'function'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
