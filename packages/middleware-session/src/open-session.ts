import { LiveSession } from './live-session.ts'
import { SessionVersionError } from './data-format.ts'
import type { Found, Keeper } from './keeper.ts'
import type { LiveSessionOptions } from './live-session.ts'
import type { SessionSetup } from './session-setup.ts'

export interface Visitor<T extends object> {
  readonly keeper: Keeper<T>
  readonly report: (error: unknown) => void
  readonly onLateWrite: () => void
}

/** Finds the session that the request brought, or makes a new one. @throws {SessionStoreError} as the options say. */
export async function openSession<T extends object>(
  { format, now, idleTimeout, onStoreError }: SessionSetup<T>,
  { keeper, report, onLateWrite }: Visitor<T>,
): Promise<LiveSession<T>> {
  const preparing = format.initial()
  const initial = preparing instanceof Promise ? await preparing : preparing
  const live = (rest: Pick<LiveSessionOptions<T>, 'opened' | 'readOnly'>): LiveSession<T> =>
    new LiveSession({ initial, ...rest, keeper, now: now(), idleTimeout, onLateWrite })

  let found: Found | undefined
  try {
    const finding = keeper.find()
    found = finding === undefined ? undefined : await finding
  } catch (error) {
    if (onStoreError === 'throw') throw error
    report(error)
    return live({ opened: undefined, readOnly: error as Error })
  }
  if (found === undefined) return live({ opened: undefined, readOnly: undefined })

  const { token, record } = found
  try {
    const reading = format.fromBytes(record.data)
    const data = reading instanceof Promise ? await reading : reading
    return live({ opened: { token, record, data }, readOnly: undefined })
  } catch (error) {
    report(error)
    const readOnly = error instanceof SessionVersionError ? error : undefined
    return live({ opened: { token, record, data: initial() }, readOnly })
  }
}
