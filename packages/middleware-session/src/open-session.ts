import { LiveSession } from './live-session.ts'
import { SessionVersionError } from './data-format.ts'
import type { Exchange, Found, Keeper, Opened } from './keeper.ts'
import type { SessionSetup } from './session-setup.ts'

export interface Visitor<T extends object> extends Exchange {
  onOpen(session: LiveSession<T>, keeper: Keeper<T>): void
  onLateWrite(): void
}

/** Finds the session that the request brought, or makes a new one. @throws {SessionStoreError} as the options say. */
export async function openSession<T extends object>(
  { format, now, idleTimeout, onStoreError, keeperFor }: SessionSetup<T>,
  visitor: Visitor<T>,
): Promise<LiveSession<T>> {
  const keeper = keeperFor(visitor)
  const preparing = format.initial()
  const initial = preparing instanceof Promise ? await preparing : preparing
  const live = (opened: Opened<T> | undefined, readOnly?: Error): LiveSession<T> => {
    const session = new LiveSession({ initial, opened, readOnly, keeper, now: now(), idleTimeout, visitor })
    visitor.onOpen(session, keeper)
    return session
  }

  let found: Found | undefined
  try {
    const finding = keeper.find()
    found = finding === undefined ? undefined : await finding
  } catch (error) {
    if (onStoreError === 'throw') throw error
    visitor.report(error)
    return live(undefined, error as Error)
  }
  if (found === undefined) return live(undefined)

  const { token, record } = found
  try {
    const reading = format.fromBytes(record.data)
    const data = reading instanceof Promise ? await reading : reading
    return live({ token, record, data })
  } catch (error) {
    visitor.report(error)
    const readOnly = error instanceof SessionVersionError ? error : undefined
    return live({ token, record, data: initial() }, readOnly)
  }
}
