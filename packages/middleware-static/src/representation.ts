import { contentDisposition } from './content-disposition.ts'
import { extraFields } from './extra-fields.ts'
import { mediaType } from './media-type.ts'
import type { CacheControl, Download, ExtraFields, FileInfo } from './options.ts'
import type { Coding } from './accepted-codings.ts'
import type { StoredFile } from './backend.ts'
import type { Validators } from './preconditions.ts'

/** A version of a file as it is answered with. */
export interface Representation extends Validators {
  readonly type: string
  /** The fields of a 200. */
  readonly head: Readonly<Record<string, string>>
  /** The fields of a 304: those of a 200 by which a cache updates what it has (RFC 9110 §15.4.5). The server adds Date. */
  readonly unchanged: Readonly<Record<string, string>>
}

export interface RepresentationOptions {
  readonly cacheControl: CacheControl
  readonly immutable?: RegExp | undefined
  readonly download: Download
  readonly headers?: ExtraFields
}

/** How a file is represented: `name` is the one that was asked for, `coding` that of a precompressed variant of it. */
export type Represent = (name: string, file: StoredFile, coding: Coding | null, vary: string) => Representation

const A_YEAR = 'max-age=31536000, immutable' // RFC 8246; not public, which would let caches keep what needs Authorization

/** Makes the function. Where no option is a function, the fields of a version are made once for all its responses. */
export function representations(options: RepresentationOptions): Represent {
  const { cacheControl, immutable, download, headers } = options
  const constant = [cacheControl, download, headers].every((option) => typeof option !== 'function')
  const made = new WeakMap<object, { name: string; vary: string; representation: Representation }>()

  return (name, file, coding, vary) => {
    const version = file.version ?? file
    const known = made.get(version)
    if (known !== undefined && known.name === name && known.vary === vary) return known.representation
    const representation = represent(name, file, coding, vary)
    if (constant && (file.modified === null || file.modified <= Date.now()))
      made.set(version, { name, vary, representation })
    return representation
  }

  function represent(name: string, file: StoredFile, coding: Coding | null, vary: string): Representation {
    const { size, etag } = file
    const modified = file.modified === null ? null : new Date(file.modified)
    const info: FileInfo = { path: `/${name}`, size, modified, type: mediaType(name) }
    const extra = extraFields(headers, info)
    const caching = isImmutable(info) ? A_YEAR : typeof cacheControl === 'function' ? cacheControl(info) : cacheControl
    const saveAs = typeof download === 'function' ? download(info) : download
    const lastModified = lastModifiedOf(file)

    const always: Record<string, string> = { etag }
    if (caching !== null) always['cache-control'] = caching
    Object.assign(always, extra.always)
    const varies = [extra.always['vary'], vary].filter(Boolean).join(', ')
    if (varies !== '') always['vary'] = varies

    const head: Record<string, string> = { ...always }
    if (lastModified !== null) head['last-modified'] = new Date(lastModified * 1000).toUTCString()
    head['content-type'] = info.type
    head['x-content-type-options'] = 'nosniff' // what a file is, is said by its name and not guessed from its content
    if (saveAs !== false) head['content-disposition'] = contentDisposition(saveAs === true ? lastSegment(name) : saveAs)
    Object.assign(head, extra.ofContent)
    // A part of coded bytes is of no use to who is given the file itself next time.
    if (coding === null) head['accept-ranges'] = 'bytes'
    else head['content-encoding'] = coding
    head['content-length'] = String(size)
    // Frozen, so that reply() checks the fields once.
    return {
      etag,
      type: head['content-type'],
      lastModified,
      head: Object.freeze(head),
      unchanged: Object.freeze(always),
    }
  }

  function isImmutable({ path }: FileInfo): boolean {
    return immutable !== undefined && path.search(immutable) !== -1
  }
}

/** Never later than the Date of the response (RFC 9110 §8.8.2.1). */
function lastModifiedOf({ modified }: StoredFile): number | null {
  return modified === null ? null : Math.floor(Math.min(modified, Date.now()) / 1000)
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
