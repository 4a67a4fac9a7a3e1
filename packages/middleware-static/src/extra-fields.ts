import type { ExtraFields, FileInfo } from './options.ts'

/** The fields of the option `headers`, parted into those that describe the content, which a 304 does not have, and the others. */
export interface Extra {
  readonly always: Readonly<Record<string, string>>
  readonly ofContent: Readonly<Record<string, string>>
}

/** @throws {TypeError} for a field that is not the option's to set. */
export function extraFields(headers: ExtraFields, info: FileInfo): Extra {
  if (headers === undefined) return NONE
  const always: Record<string, string> = {}
  const ofContent: Record<string, string> = {}
  for (const [given, value] of Object.entries((typeof headers === 'function' ? headers(info) : headers) ?? {})) {
    const name = given.toLowerCase()
    if (OURS.has(name)) {
      throw new TypeError(
        `@fsgi/middleware-static: option 'headers' must not set '${name}' (for '${info.path}'): it follows from the file`,
      )
    }
    if (OF_CONTENT.has(name)) ofContent[name] = value
    else always[name] = value
  }
  return { always, ofContent }
}

const NONE: Extra = { always: {}, ofContent: {} }

/** What the file and the request say, and what frames the message. */
export const OURS: ReadonlySet<string> = new Set([
  'accept-ranges',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'date',
  'etag',
  'last-modified',
  'transfer-encoding',
])

/** A 304 has no content to describe (RFC 9110 §15.4.5). */
const OF_CONTENT: ReadonlySet<string> = new Set([
  'content-disposition',
  'content-language',
  'content-type',
  'x-content-type-options',
])
