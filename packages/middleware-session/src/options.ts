import * as z from 'zod/mini'
import { memory } from './memory-store.ts'
import type { CookieSettings } from './cookie.ts'
import type { InputOf, StandardSchema } from './standard-schema.ts'
import type { SealedCookie } from './sealed-session.ts'
import type { SessionStore } from './store.ts'

/** Options of `session()`. Times are in milliseconds. */
export type SessionOptions<
  S extends StandardSchema<unknown, object>,
  As extends string = 'session',
  Store extends SessionStore | SealedCookie = SessionStore,
> = {
  /** What a session holds: a schema of any Standard Schema library. It must accept what it gives. */
  readonly schema: S
  /** Where sessions are kept. Default: `memory()`, gone when the process ends and not shared between processes. */
  readonly store?: Store
  /** The name of the context's member. Default `session`. */
  readonly as?: As
  readonly cookie?: Partial<CookieSettings>
  /** A session ends when it has not been used for this long. Default 24 hours. */
  readonly idleTimeout?: number
  /** A session ends this long after its start or its last `login`, however much it is used. Default 30 days. */
  readonly absoluteTimeout?: number
  /** The version of the data's shape. Default 1. Records of a newer one are neither read nor overwritten. */
  readonly version?: number
  /** Turns data of an older version into this one's. Without it, old data goes to the schema as it is. */
  readonly migrate?: (data: Record<string, unknown>, version: number) => unknown
  /** The most that a session's data may take, encoded. Default 65536. */
  readonly maxBytes?: number
  /** When a session cannot be read: answer 503, or go on with an empty one that cannot be written. Default `throw`. */
  readonly onStoreError?: 'throw' | 'anonymous'
  /** The longest that one call of the store may take. Default 1000. */
  readonly storeTimeout?: number
  /** The longest that a commit may go on against competing ones. Default 5000. */
  readonly commitTimeout?: number
  /** The clock, for tests. Default `Date.now`. */
  readonly now?: () => number
} & Initial<S>

/** What a new session holds; needed when the schema does not accept `{}`. */
type Initial<S extends StandardSchema> =
  {} extends InputOf<S> ? { readonly initial?: InputOf<S> } : { readonly initial: InputOf<S> }

/** The options, checked, with the defaults. @throws {TypeError} that says which option is wrong, and what was expected. */
export function readOptions(options: unknown): CheckedOptions {
  const result = CHECK.safeParse(options)
  if (result.success) {
    const { cookie, ...rest } = result.data
    return { ...rest, store: rest.store ?? memory(), cookie }
  }
  const issue = result.error.issues[0]!
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path
  const expected = issue.code === 'unrecognized_keys' ? 'is not an option' : issue.message
  const what = path.length === 0 ? 'the options' : `option '${path.join('.')}'`
  throw new TypeError(`@fsgi/middleware-session: ${what} ${expected}`)
}

type Checked = 'schema' | 'as' | 'idleTimeout' | 'absoluteTimeout' | 'version' | 'maxBytes' | 'onStoreError' | 'storeTimeout' | 'commitTimeout' | 'now' // prettier-ignore

export interface CheckedOptions extends Required<
  Pick<SessionOptions<StandardSchema<unknown, object>, string>, Checked>
> {
  readonly store: SessionStore | SealedCookie
  readonly cookie: CookieSettings
  readonly initial: unknown
  readonly migrate?: ((data: Record<string, unknown>, version: number) => unknown) | undefined
}

const milliseconds = (limit: number) =>
  z
    .number('must be a number of milliseconds')
    .check(z.positive('must be more than 0'), z.maximum(limit, `must be at most ${limit}`))
const DAY = 24 * 3600 * 1000
const METHODS = ['create', 'read', 'replace', 'rotate', 'touch', 'destroy'] as const

const COOKIE = z.strictObject(
  {
    name: z._default(
      z.string('must be a cookie name').check(
        z.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, or _ . -'),
        z.refine((name) => !/^__(host|secure)-/i.test(name), 'must not have a prefix: __Host- is added over https'),
      ),
      'id',
    ),
    sameSite: z._default(z.enum(['Lax', 'Strict'], "must be 'Lax' or 'Strict'"), 'Lax'),
    persistent: z._default(z.boolean('must be true or false'), false),
    secure: z._default(z.union([z.literal('auto'), z.literal(true)], "must be 'auto' or true"), 'auto'),
  },
  'must be an object',
)

const CHECK = z.strictObject(
  {
    schema: z.custom<StandardSchema<unknown, object>>(isSchema, 'must be a Standard Schema, such as z.object({ … })'),
    store: z.optional(
      z.custom<SessionStore | SealedCookie>(isStore, `must be a session store: an object with ${METHODS.join(', ')}`),
    ),
    as: z._default(
      z.string('must be a name').check(z.regex(/^[A-Za-z_$][\w$]*$/, 'must be a name as in `context.name`')),
      'session',
    ),
    cookie: z.prefault(COOKIE, {}),
    idleTimeout: z._default(milliseconds(400 * DAY), DAY),
    absoluteTimeout: z._default(milliseconds(400 * DAY), 30 * DAY),
    initial: z._default(z.unknown(), {}),
    version: z._default(z.int('must be a whole number').check(z.positive('must be 1 or more')), 1),
    migrate: z.optional(
      z.custom<(data: Record<string, unknown>, version: number) => unknown>(isFunction, 'must be a function'),
    ),
    maxBytes: z._default(z.int('must be a number of bytes').check(z.positive('must be more than 0')), 65_536),
    onStoreError: z._default(z.enum(['throw', 'anonymous'], "must be 'throw' or 'anonymous'"), 'throw'),
    storeTimeout: z._default(milliseconds(60_000), 1000),
    commitTimeout: z._default(milliseconds(60_000), 5000),
    now: z._default(z.custom<() => number>(isFunction, 'must be a function'), () => Date.now),
  },
  'must be an object',
)

function isSchema(value: unknown): boolean {
  const standard = (value as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard']
  return typeof standard?.validate === 'function'
}

function isStore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Record<string, unknown>
  return isFunction(members['~keeper']) || METHODS.every((name) => isFunction(members[name]))
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}
