import * as z from 'zod/mini'
import { base64ToBytes } from './base64.ts'
import { MAX_COOKIES } from './cookie-parts.ts'
import { SealedKeeper } from './sealed-keeper.ts'
import { Seals } from './seals.ts'
import type { SealedCookie } from './sealed-session.ts'

export type { SealedCookie, SealedSession, SealedSessionHandle } from './sealed-session.ts'

export interface SealedCookieOptions {
  /**
   * Secrets of 32 random bytes each, as bytes, base64 or hex (`openssl rand -base64 32`). The first seals, all of them open: to
   * change the secret put a new one in front, and drop the old one when the sessions that it sealed have ended.
   */
  readonly keys: readonly (string | Uint8Array)[]
  /** How many cookies one session may be spread over, 1 to 3. Default 1: about 2,900 bytes of data. */
  readonly maxCookies?: number
}

/**
 * Sessions without a store: the visitor keeps them, in a cookie sealed with AES-256-GCM. Nobody can read or change it; but what
 * a store could, it cannot promise, and its sessions have no members for that. A copied cookie is good until its limits, after
 * `destroy` too; an old one can be sent again; of parallel changes one is kept.
 *
 * ```ts
 * session({ schema, store: sealedCookie({ keys: [process.env.SESSION_KEY!] }) })
 * ```
 * @throws {TypeError} for an option that is wrong.
 */
export function sealedCookie(options: SealedCookieOptions): SealedCookie {
  const { keys, maxCookies } = readOptions(options)
  const seals = new Seals(keys)
  return {
    '~keeper': (settings) => {
      const all = { ...settings, seals, maxCookies }
      return (exchange) => new SealedKeeper(all, exchange)
    },
  }
}

function readOptions(options: unknown): z.infer<typeof CHECK> {
  const result = CHECK.safeParse(options)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path
  const expected = issue.code === 'unrecognized_keys' ? 'is not an option' : issue.message
  const what = path.length === 0 ? 'the options' : `option '${path.join('.')}'`
  throw new TypeError(`@fsgi/middleware-session: sealedCookie(): ${what} ${expected}`)
}

const KEY = 'must be 32 random bytes: a Uint8Array, or base64 or hex, as `openssl rand -base64 32` prints'
const CHECK = z.strictObject(
  {
    keys: z
      .array(
        z.pipe(
          z.custom<string | Uint8Array>((value) => bytesOfKey(value) !== undefined, KEY),
          z.transform((value) => bytesOfKey(value)!),
        ),
        'must be a list of secrets',
      )
      .check(
        z.minLength(1, 'must have a secret'),
        z.refine((keys) => new Set(keys.map(String)).size === keys.length, 'must not have the same secret twice'),
      ),
    maxCookies: z._default(
      z
        .int('must be a whole number')
        .check(
          z.minimum(1, 'must be 1 or more'),
          z.maximum(MAX_COOKIES, `must be at most ${MAX_COOKIES}: together they have to fit into a request's head`),
        ),
      1,
    ),
  },
  'must be an object',
)

function bytesOfKey(key: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (key instanceof Uint8Array) return key.length === 32 ? new Uint8Array(key) : undefined
  if (typeof key !== 'string') return undefined
  if (/^[0-9a-f]{64}$/i.test(key)) return Uint8Array.from(key.match(/../g)!, (pair) => Number.parseInt(pair, 16))
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(key)) return undefined
  return base64ToBytes(key.slice(0, 43).replaceAll('-', '+').replaceAll('_', '/'))
}
