import { createSecureContext } from 'node:tls'
import * as z from 'zod/mini'
import { isTrustEntry } from './trust-proxy.ts'
import type { ServeOptions, Timeouts } from './options.ts'

/** The options with every default filled in. */
export interface Settings extends Required<
  Pick<ServeOptions, 'trustProxy' | 'maxBodyBytes' | 'maxHeaderBytes' | 'env' | 'report'>
> {
  readonly port?: number | undefined
  readonly host?: string | undefined
  readonly socket?: string | undefined
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
  readonly timeouts: Required<Timeouts>
}

/** @throws {TypeError} of one line that names the option and what was expected. */
export function checkOptions(options: unknown): Settings {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  throw new TypeError(`@fsgi/server-node: ${described(result.error.issues[0]!, options)}`)
}

/** @throws {TypeError} as `checkOptions`. */
export function checkTls(tls: unknown): NonNullable<Settings['tls']> {
  return checkOptions({ tls }).tls!
}

const text = z.string('must be a string').check(z.minLength(1, 'must not be empty'))
const pem = z.union(
  [
    text,
    z.pipe(
      z.instanceof(Uint8Array),
      z.transform((bytes) => Buffer.from(bytes)),
    ),
  ],
  'must be PEM text or bytes',
)
const milliseconds = number(0, 2 ** 31 - 1, 'must be a number of milliseconds, 0 for no limit')
const record = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null,
  'must be an object',
)
const callback = z.custom<(error: unknown) => void>((value) => typeof value === 'function', 'must be a function')

const timeouts = z.strictObject(
  {
    headers: z._default(milliseconds, 30_000),
    request: z._default(milliseconds, 300_000),
    idle: z._default(milliseconds, 65_000),
    send: z._default(milliseconds, 60_000),
    close: z._default(milliseconds, 8_000),
  },
  { error: shape('{ headers, request, idle, send, close }') },
)

const schema: z.ZodMiniType<Settings> = z
  .strictObject(
    {
      port: z.optional(number(0, 65_535, 'must be an integer from 0 to 65535')),
      host: z.optional(text),
      socket: z.optional(text),
      tls: z.optional(
        z.strictObject({ key: pem, cert: pem }, { error: shape('{ key, cert }') }).check(z.superRefine(fits)),
      ),
      trustProxy: z._default(
        z.array(
          text.check(z.refine(isTrustEntry, "must be an IP address, a CIDR range such as '10.0.0.0/8', or 'unix'")),
          'must be a list of addresses and CIDR ranges',
        ),
        [],
      ),
      maxBodyBytes: z._default(
        z.union([z.literal(Infinity), z.int().check(z.minimum(0))], 'must be a number of bytes or Infinity'),
        128 * 1024 * 1024,
      ),
      maxHeaderBytes: z._default(number(256, 2 ** 30, 'must be a number of bytes, at least 256'), 16 * 1024),
      timeouts: z.prefault(timeouts, {}),
      env: z._default(record, {}),
      report: z._default(callback, () => (error: unknown) => console.error(error)),
    },
    { error: shape('such as { port, host }') },
  )
  .check(
    z.refine((all) => all.socket === undefined || (all.port === undefined && all.host === undefined), {
      path: ['socket'],
      error: "cannot be combined with 'port' or 'host': a server listens on one of them",
    }),
  )

function number(least: number, most: number, error: string): z.ZodMiniNumberFormat {
  return z.int(error).check(z.minimum(least, error), z.maximum(most, error))
}

function shape(expected: string): (issue: { code?: string }) => string | undefined {
  return ({ code }) => (code === 'unrecognized_keys' ? undefined : `must be an object ${expected}`)
}

function fits(tls: { key: string | Buffer; cert: string | Buffer }, context: z.core.$RefinementCtx): void {
  try {
    createSecureContext(tls)
  } catch (error) {
    context.addIssue(`must be a key and its certificate in PEM: ${(error as Error).message}`)
  }
}

function described({ code, path, message, ...issue }: z.core.$ZodIssue, options: unknown): string {
  const keys = code === 'unrecognized_keys' ? [...path, (issue as { keys: string[] }).keys[0]!] : path
  if (keys.length === 0) return `the options ${message}`
  const name = keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  if (code === 'unrecognized_keys') return `option '${name.slice(1)}' is not known`
  const found = path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown> | null)?.[key], options)
  return `option '${name.slice(1)}' ${message}${isShort(found) ? `, but it is ${JSON.stringify(found)}` : ''}`
}

/** A long text may be a key, and is no help. */
function isShort(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length < 60)
}
