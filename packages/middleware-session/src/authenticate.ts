import { equalHashes, hashVerifier } from './token.ts'
import type { Found } from './keeper.ts'
import type { StoreClient } from './store-client.ts'
import type { Token } from './token.ts'

export interface Authority {
  readonly store: StoreClient
  readonly now: () => number
  readonly report: (error: unknown) => void
}

/**
 * The live session that one of the tokens is right for. Of several tokens the order says nothing, and one may be planted by
 * a sibling domain: exactly one must be right. @throws {SessionStoreError} if the store cannot be read.
 */
export async function authenticate(tokens: readonly Token[], authority: Authority): Promise<Found | undefined> {
  if (tokens.length === 1) return check(tokens[0]!, authority)
  const asked = await Promise.all(tokens.map((token) => check(token, authority)))
  const found = asked.filter((answer) => answer !== undefined)
  if (found.length === 1) return found[0]
  if (found.length > 1) authority.report(severalSessions())
  return undefined
}

export function severalSessions(): Error {
  return new Error('a request brought the tokens of several sessions in one cookie name: none was used')
}

async function check(token: Token, { store, now }: Authority): Promise<Found | undefined> {
  const hashing = hashVerifier(token.verifier)
  const record = await store.call('read a session', (store, call) => store.read(token.selector, call))
  const hash = hashing instanceof Promise ? await hashing : hashing
  if (record === null || !equalHashes(record.verifierHash, hash)) return undefined
  const time = now()
  return time < record.idleAt && time < record.absoluteAt ? { token, record } : undefined
}
