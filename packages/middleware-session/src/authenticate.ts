import { equalHashes, hashVerifier } from './token.ts'
import type { Exchange, Found } from './keeper.ts'
import type { StoreClient } from './store-client.ts'
import type { StoredRecord } from './store.ts'
import type { Token } from './token.ts'

export interface Authority {
  readonly store: StoreClient
  readonly now: () => number
  readonly exchange: Exchange
}

/**
 * The live session that one of the tokens is right for. Of several tokens the order says nothing, and one may be planted by
 * a sibling domain: exactly one must be right. @throws {SessionStoreError} if the store cannot be read.
 */
export function authenticate(
  tokens: readonly Token[],
  authority: Authority,
): Found | undefined | Promise<Found | undefined> {
  return tokens.length === 1 ? check(tokens[0]!, authority) : checkAll(tokens, authority)
}

async function checkAll(tokens: readonly Token[], authority: Authority): Promise<Found | undefined> {
  const asked = await Promise.all(tokens.map(async (token) => check(token, authority)))
  const found = asked.filter((answer) => answer !== undefined)
  if (found.length === 1) return found[0]
  if (found.length > 1) authority.exchange.report(severalSessions())
  return undefined
}

export function severalSessions(): Error {
  return new Error('a request brought the tokens of several sessions in one cookie name: none was used')
}

function check(token: Token, { store, now }: Authority): Found | undefined | Promise<Found | undefined> {
  const hash = hashVerifier(token.verifier)
  const time = now()
  const reading = store.read(token.selector, time)
  if (hash instanceof Promise) {
    return Promise.all([hash, reading]).then(([hash, record]) => foundBy(token, hash, record, now()))
  }
  if (reading instanceof Promise) return reading.then((record) => foundBy(token, hash, record, now()))
  return foundBy(token, hash, reading, time)
}

function foundBy(token: Token, hash: string, record: StoredRecord | null, now: number): Found | undefined {
  if (record === null || !equalHashes(record.verifierHash, hash)) return undefined
  return now < record.idleAt && now < record.absoluteAt ? { token, record } : undefined
}
