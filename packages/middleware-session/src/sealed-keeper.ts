import { base64urlToBytes, bytesToBase64url } from './base64.ts'
import { CookieParts } from './cookie-parts.ts'
import { equalBytes } from './equal-bytes.ts'
import { largestKeys } from './largest-keys.ts'
import { newVerifier } from './token.ts'
import { packRecord, unpackRecord } from './packed-record.ts'
import { SEAL_LENGTH } from './seals.ts'
import { SessionDataError } from './kind.ts'
import { severalSessions } from './authenticate.ts'
import { thawed } from './copy.ts'
import type { CookieChange, Exchange, Found, Keeper, Opened, Renewal } from './keeper.ts'
import type { Changes } from './operation.ts'
import type { SealedSettings } from './sealed-session.ts'
import type { Seals } from './seals.ts'
import type { StoredRecord } from './store.ts'

export interface SealedKeeperOptions<T extends object> extends SealedSettings<T> {
  readonly seals: Seals
  readonly maxCookies: number
}

/** Keeps a session in the cookie itself, sealed. */
export class SealedKeeper<T extends object> implements Keeper<T> {
  readonly inCookie = true
  readonly #options: SealedKeeperOptions<T>
  readonly #exchange: Exchange
  readonly #parts: CookieParts
  /** What the cookie is to be, once something was kept. */
  #text = ''

  constructor(options: SealedKeeperOptions<T>, exchange: Exchange) {
    this.#options = options
    this.#exchange = exchange
    this.#parts = new CookieParts(exchange.request.headers.get('cookie'), options.cookie, exchange.encrypted)
  }

  find(): Promise<Found | undefined> | undefined {
    const texts = this.#parts.texts()
    return texts.length === 0 ? undefined : this.#openOne(texts)
  }

  async create(
    result: T,
    initial: T,
    renewal: Renewal | undefined,
    asked: string | undefined,
  ): Promise<Opened<T> | undefined> {
    const { format, absoluteTimeout } = this.#options
    const data = await format.check(thawed(result))
    const bytes = format.toBytes(data)
    if (renewal === undefined && asked === undefined && equalBytes(bytes, format.toBytes(initial))) return undefined
    const verifier = renewal?.verifier ?? asked ?? newVerifier()
    const now = this.#options.now()
    const subject = renewal?.subject ?? null
    const times = { createdAt: now, idleAt: this.#idleAt(now + absoluteTimeout), absoluteAt: now + absoluteTimeout }
    return this.#keep(verifier, { ...NOT_STORED, ...times, subject, data: bytes }, data)
  }

  async change(opened: Opened<T>, { result }: Changes<T>, renewal: Renewal | undefined): Promise<Opened<T>> {
    const { format, now, absoluteTimeout } = this.#options
    const { token, record } = opened
    const data = await format.check(thawed(result))
    const bytes = format.toBytes(data)
    if (renewal === undefined && equalBytes(bytes, record.data)) return opened
    const absoluteAt = renewal?.restart === true ? now() + absoluteTimeout : record.absoluteAt
    const { verifier, subject } = renewal ?? { verifier: token.verifier, subject: record.subject }
    return this.#keep(verifier, { ...record, data: bytes, subject, absoluteAt, idleAt: this.#idleAt(absoluteAt) }, data)
  }

  async destroy(): Promise<void> {} // there is nothing but the cookie

  touch(opened: Opened<T>): Opened<T> | Promise<Opened<T>> {
    const { token, record, data } = opened
    const { now, idleTimeout } = this.#options
    const idleAt = this.#idleAt(record.absoluteAt)
    if (record.idleAt - now() >= idleTimeout / 2 || idleAt <= record.idleAt) return opened
    return this.#keep(token.verifier, { ...record, idleAt }, data)
  }

  cookies({ before, after, wasDestroyed }: CookieChange<T>): readonly string[] {
    const { cookie, now } = this.#options
    if (after === undefined) return wasDestroyed ? this.#parts.clear() : []
    if (after === before) return []
    const maxAge = cookie.persistent ? Math.ceil((after.record.absoluteAt - now()) / 1000) : undefined
    return this.#parts.set(this.#text, maxAge)
  }

  /** Of several cookies exactly one must be right, as with tokens. */
  async #openOne(texts: readonly string[]): Promise<Found | undefined> {
    const opened = await Promise.all(texts.map((text) => this.#unsealed(text)))
    const found = opened.filter((answer) => answer !== undefined)
    if (found.length > 1) this.#exchange.report(severalSessions())
    return found.length === 1 ? found[0] : undefined
  }

  async #unsealed(text: string): Promise<Found | undefined> {
    const sealed = base64urlToBytes(text.slice(1))
    if (sealed === null) return undefined
    const bytes = await this.#options.seals.open(this.#purpose(text[0]!), sealed)
    if (bytes === null) return undefined
    const { verifier, ...packed } = unpackRecord(bytes)
    const now = this.#options.now()
    if (now >= packed.idleAt || now >= packed.absoluteAt) return undefined
    return { token: { selector: '', verifier }, record: { ...NOT_STORED, ...packed } }
  }

  async #keep(verifier: string, record: StoredRecord, data: T): Promise<Opened<T>> {
    const { seals, maxCookies } = this.#options
    const packed = packRecord({ ...record, verifier })
    const length = Math.ceil(((packed.length + SEAL_LENGTH) * 4) / 3)
    const count = this.#parts.count(length)
    if (count > maxCookies) throw tooLarge(length, maxCookies, data)
    this.#text = bytesToBase64url(await seals.seal(this.#purpose(String(count)), packed))
    return { token: { selector: '', verifier }, record, data }
  }

  /** The name, prefix and all, and the number of cookies: another name's cookie, or a part of one, is not ours. */
  #purpose(count: string): string {
    return `${this.#parts.name}\0${count}`
  }

  #idleAt(absoluteAt: number): number {
    return Math.min(this.#options.now() + this.#options.idleTimeout, absoluteAt)
  }
}

/** What only a store needs. */
const NOT_STORED = { version: 1, generation: 1, verifierHash: new Uint8Array(), commitId: '' }

function tooLarge(length: number, maxCookies: number, data: object): SessionDataError {
  return new SessionDataError(
    `the session's cookie would be ${length} bytes, and browsers keep 4096 of each (maxCookies: ${maxCookies}); the largest: ` +
      `${largestKeys(data)}. Keep less in it, raise maxCookies (to 3 at most), or use a store`,
  )
}
