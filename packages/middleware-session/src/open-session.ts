import { equalHashes, hashVerifier } from './token.ts'
import { LiveSession } from './live-session.ts'
import { SessionVersionError } from './data-format.ts'
import type { CookieFound } from './cookie.ts'
import type { LiveSessionOptions } from './live-session.ts'
import type { SessionSetup } from './session-setup.ts'
import type { StoredRecord } from './store.ts'
import type { Token } from './token.ts'

/** What a request brings. */
export interface Visitor {
  readonly cookie: CookieFound
  readonly report: (error: unknown) => void
  readonly onLateWrite: () => void
}

/** Finds the session whose token the request has, or makes a new one. @throws {SessionStoreError} as the options say. */
export async function openSession<T extends object>(setup: SessionSetup<T>, visitor: Visitor): Promise<LiveSession<T>> {
  const { format, save, now, idleTimeout, onStoreError } = setup
  const options: LiveSessionOptions<T> = {
    initial: await format.initial(),
    opened: undefined,
    readOnly: undefined,
    save,
    now: now(),
    idleTimeout,
    onLateWrite: visitor.onLateWrite,
  }
  let found: Authentic | undefined
  try {
    found = await authenticate(setup, visitor)
  } catch (error) {
    if (onStoreError === 'throw') throw error
    visitor.report(error)
    return new LiveSession({ ...options, readOnly: error as Error })
  }
  if (found === undefined) return new LiveSession(options)
  try {
    return new LiveSession({ ...options, opened: { ...found, data: await format.fromBytes(found.record.data) } })
  } catch (error) {
    visitor.report(error)
    const empty = { ...found, data: options.initial() }
    return new LiveSession({
      ...options,
      opened: empty,
      readOnly: error instanceof SessionVersionError ? error : undefined,
    })
  }
}

interface Authentic {
  readonly token: Token
  readonly record: StoredRecord
}

/** Of several tokens the order says nothing, and one may be planted by a sibling domain: exactly one must be right. */
async function authenticate<T extends object>(
  { store, now }: SessionSetup<T>,
  { cookie, report }: Visitor,
): Promise<Authentic | undefined> {
  const asked = await Promise.all(
    cookie.tokens.map(async (token) => {
      const [record, hash] = await Promise.all([
        store.call('read a session', (store, call) => store.read(token.selector, call)),
        hashVerifier(token.verifier),
      ])
      return record !== null && isAuthentic(record, hash, now()) ? { token, record } : undefined
    }),
  )
  const found = asked.filter((answer) => answer !== undefined)
  if (found.length > 1)
    report(new Error('a request brought the tokens of several sessions in one cookie name: none was used'))
  return found.length === 1 ? found[0] : undefined
}

function isAuthentic(record: StoredRecord, hash: Uint8Array, now: number): boolean {
  return equalHashes(record.verifierHash, hash) && now < record.idleAt && now < record.absoluteAt
}
