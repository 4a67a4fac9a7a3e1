import { copy, frozenCopy } from './copy.ts'
import { decode, encode } from './codec.ts'
import { largestKeys } from './largest-keys.ts'
import { member, SessionDataError } from './kind.ts'
import { utf8Bytes } from './utf8-bytes.ts'
import type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts'

/** The record was written by a newer version of the application: it is neither read nor overwritten. */
export class SessionVersionError extends Error {
  override readonly name = 'SessionVersionError'
}

export interface DataFormatOptions<T extends object> {
  readonly schema: StandardSchema<unknown, T>
  readonly initial: unknown
  readonly version: number
  readonly migrate: ((data: Record<string, unknown>, version: number) => unknown) | undefined
  readonly maxBytes: number
}

/** How data becomes the bytes that a store keeps, and comes back: codec, version, schema, size. */
export class DataFormat<T extends object> {
  readonly #options: DataFormatOptions<T>
  readonly #answersLater: boolean
  /** Of the text of what this version writes. */
  readonly #start: string

  /** @throws {SessionDataError} if the schema refuses the initial data; one that answers later is asked at each `open`. */
  constructor(options: DataFormatOptions<T>) {
    this.#options = options
    this.#start = `[${options.version},`
    const result = this.#startNew()
    this.#answersLater = result instanceof Promise
    if (result instanceof Promise) result.catch(() => {})
    else this.toBytes(frozen(result))
  }

  /** Gives the data of a new session each time, its own, with the schema's defaults. */
  initial(): (() => T) | Promise<() => T> {
    return this.#answersLater ? this.#laterInitial() : this.#initial
  }

  readonly #initial = (): T => frozen(this.#startNew() as SchemaResult<T>)

  async #laterInitial(): Promise<() => T> {
    const data = frozen(await this.#startNew())
    return () => frozenCopy(data)
  }

  #startNew(): SchemaResult<T> | Promise<SchemaResult<T>> {
    return this.#options.schema['~standard'].validate(copy(this.#options.initial))
  }

  /** Data that the schema accepts, frozen. @throws {SessionDataError} with the schema's reasons. */
  check(data: unknown): T | Promise<T> {
    const result = this.#options.schema['~standard'].validate(data)
    return result instanceof Promise ? result.then(frozen) : frozen(result)
  }

  /** @throws {SessionDataError} for a value that cannot be stored, and for too much. */
  toBytes(data: T): Uint8Array {
    const bytes = utf8Bytes(`${this.#start}${encode(data)}]`)
    if (bytes.length <= this.#options.maxBytes) return bytes
    throw new SessionDataError(
      `the session's data would be ${bytes.length} bytes, more than maxBytes (${this.#options.maxBytes}); the largest: ${largestKeys(data)}`,
    )
  }

  /** @throws {SessionVersionError} if the bytes are from a newer version; {Error} if they cannot be read or do not fit. */
  fromBytes(bytes: Uint8Array): T | Promise<T> {
    const { version, migrate } = this.#options
    const text = DECODER.decode(bytes)
    const from = text.startsWith(this.#start) ? version : versionOf(text)
    if (from > version) {
      throw new SessionVersionError(
        `the session was written with data version ${from}, and this application has version ${version}: it is not changed`,
      )
    }
    const data = decode(text.slice(text.indexOf(',') + 1, -1))
    return this.check(from < version && migrate !== undefined ? migrate(data as Record<string, unknown>, from) : data)
  }
}

function versionOf(text: string): number {
  const version = Number(text.slice(1, text.indexOf(',')))
  if (text[0] === '[' && Number.isInteger(version) && version >= 1) return version
  throw new SyntaxError('the stored bytes are not session data')
}

const DECODER = new TextDecoder('utf-8', { fatal: true })

function frozen<T extends object>(result: SchemaResult<T>): T {
  if (result.issues !== undefined) throw new SessionDataError(`the schema refuses the data: ${describe(result.issues)}`)
  if (typeof result.value !== 'object' || result.value === null || Array.isArray(result.value)) {
    throw new SessionDataError('the schema must give an object')
  }
  return frozenCopy(result.value)
}

function describe(issues: readonly SchemaIssue[]): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => `data${(path ?? []).map(segment).join('')}: ${message}`)
    .join('; ')
}

function segment(part: PropertyKey | { readonly key: PropertyKey }): string {
  const key = typeof part === 'object' ? part.key : part
  return typeof key === 'number' ? `[${key}]` : member(String(key))
}
