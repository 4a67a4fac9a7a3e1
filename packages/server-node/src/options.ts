import { createSecureContext } from 'node:tls'
import * as z from 'zod'
import { isTrustEntry } from './trust-proxy.ts'

/** Where and how to listen. Times are milliseconds, sizes bytes. */
export interface ServeOptions {
  /** The TCP port; 0 takes a free one. Default 3000. */
  readonly port?: number
  /** The address or name to bind. Default `'127.0.0.1'`: nothing is exposed that nobody asked to expose. */
  readonly host?: string
  /** The path of a Unix socket to listen on, instead of `port` and `host`. */
  readonly socket?: string
  /** Serve HTTPS: key and certificate chain in PEM. */
  readonly tls?: Tls
  /** Addresses and CIDR ranges of proxies whose `Forwarded` and `X-Forwarded-*` are believed; `'unix'` is a Unix socket's peer. */
  readonly trustProxy?: readonly string[]
  /** The largest request body; `Infinity` for none. Default 128 MiB. */
  readonly maxBodyBytes?: number
  /** The largest request head: request line and header fields. Default 16 KiB. */
  readonly maxHeaderBytes?: number
  readonly timeouts?: Timeouts
  /** `context.env` and `host.env`. Default `{}`. */
  readonly env?: Readonly<Record<string, unknown>>
  /** Told about every error. Default `console.error`. */
  readonly report?: (error: unknown) => void
}

export interface Tls {
  readonly key: string | Uint8Array
  readonly cert: string | Uint8Array
}

/** Milliseconds; 0 is no limit. */
export interface Timeouts {
  /** From the first byte of a request to the end of its head. Default 30 s. */
  readonly headers?: number
  /** From the first byte of a request to the end of its body. Default 300 s. */
  readonly request?: number
  /** How long an idle keep-alive connection stays open. Default 65 s, more than the 60 s of usual proxies. */
  readonly idle?: number
  /** How long `close()` waits for exchanges and `waitUntil` work before it aborts them. Default 8 s. */
  readonly close?: number
}

/** The options with every default filled in. */
export type Settings = ReturnType<typeof checkOptions>

/** @throws {TypeError} of one line that names the option and what was expected. */
export function checkOptions(options: unknown) {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new TypeError(`@fsgi/server-node: ${describeIssue(issue, options)}`)
}

/** @throws {TypeError} as `checkOptions`. */
export function checkTls(tls: unknown): NonNullable<Settings['tls']> {
  return checkOptions({ tls }).tls!
}

const text = z.string({ error: 'must be a string' }).min(1, 'must not be empty')
const milliseconds = z
  .number({ error: MESSAGE_MS() })
  .min(0, MESSAGE_MS())
  .max(2 ** 31 - 1, MESSAGE_MS())
const pem = z.union([text, z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes))], {
  error: 'must be PEM text or bytes',
})
const callback = z.custom<(error: unknown) => void>((value) => typeof value === 'function', 'must be a function')

const schema = z
  .strictObject(
    {
      port: z.int({ error: 'must be an integer from 0 to 65535' }).min(0, PORT()).max(65535, PORT()).optional(),
      host: text.optional(),
      socket: text.optional(),
      tls: z
        .strictObject({ key: pem, cert: pem }, { error: notAnObject('{ key, cert }') })
        .superRefine(fits)
        .optional(),
      trustProxy: z
        .array(
          text.refine(isTrustEntry, { error: "must be an IP address, a CIDR range such as '10.0.0.0/8', or 'unix'" }),
          { error: 'must be a list of addresses and CIDR ranges' },
        )
        .default([]),
      maxBodyBytes: z
        .union([z.literal(Infinity), z.int().min(0)], { error: 'must be a number of bytes or Infinity' })
        .default(128 * 1024 * 1024),
      maxHeaderBytes: z
        .int({ error: BYTES() })
        .min(256, BYTES())
        .max(2 ** 30, BYTES())
        .default(16 * 1024),
      timeouts: z
        .strictObject(
          {
            headers: milliseconds.default(30_000),
            request: milliseconds.default(300_000),
            idle: milliseconds.default(65_000),
            close: milliseconds.default(8_000),
          },
          { error: notAnObject('{ headers, request, idle, close }') },
        )
        .prefault({}),
      env: z
        .custom<Readonly<Record<string, unknown>>>(
          (value) => typeof value === 'object' && value !== null,
          'must be an object',
        )
        .default({}),
      report: callback.default(() => (error: unknown) => console.error(error)),
    },
    { error: notAnObject('{ port, host, … }') },
  )
  .refine((all) => all.socket === undefined || (all.port === undefined && all.host === undefined), {
    path: ['socket'],
    error: "cannot be combined with 'port' or 'host': a server listens on one of them",
  })

function fits(tls: { key: string | Buffer; cert: string | Buffer }, context: z.RefinementCtx): void {
  try {
    createSecureContext(tls)
  } catch (error) {
    context.addIssue(`must be a key and its certificate in PEM: ${(error as Error).message}`)
  }
}

function describeIssue(issue: z.core.$ZodIssue, options: unknown): string {
  const path = issue.path.reduce(
    (text: string, key) =>
      text + (typeof key === 'number' ? `[${key}]` : text === '' ? String(key) : `.${String(key)}`),
    '',
  )
  if (issue.code === 'unrecognized_keys') {
    const at = path === '' ? '' : `${path}.`
    return `option '${at}${issue.keys[0]}' is not known`
  }
  if (path === '') return `the options ${issue.message}`
  const found = issue.path.reduce(
    (value: unknown, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    options,
  )
  return `option '${path}' ${issue.message}${showable(found) ? `, but it is ${JSON.stringify(found) ?? String(found)}` : ''}`
}

function showable(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length < 60)
}

function notAnObject(shape: string): (issue: { code?: string }) => string | undefined {
  return (issue) => (issue.code === 'unrecognized_keys' ? undefined : `must be an object ${shape}`)
}

function PORT(): string {
  return 'must be an integer from 0 to 65535'
}

function BYTES(): string {
  return 'must be a number of bytes, at least 256'
}

function MESSAGE_MS(): string {
  return 'must be a number of milliseconds, 0 for no limit'
}
