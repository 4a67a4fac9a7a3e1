import { codingsAccepted, SUFFIXES } from './accepted-codings.ts'
import { after } from './after.ts'
import type { Backend, StoredFile } from './backend.ts'
import type { Coding } from './accepted-codings.ts'

/** What represents a file in one response: the file itself, or one that was compressed beforehand. */
export interface Variant {
  readonly file: StoredFile
  readonly coding: Coding | null
}

/** Finds what is to be sent of a file that was found. */
export type VariantOf = (request: Request, name: string, file: StoredFile) => Variant | Promise<Variant>

/**
 * Finds `app.js.br` beside `app.js` where the client accepts it (RFC 9110 §12.5.3). It is found as every file is, so that
 * what may not be served as a file may not be served as a variant either. Who asks for a part gets one of the file itself: a
 * part of another representation is of no use to who has not said which one it holds.
 */
export function variants(backend: Backend, offered: readonly Coding[]): VariantOf {
  if (offered.length === 0) return (_request, _name, file) => ({ file, coding: null })
  const accepted = codingsAccepted(offered)
  return (request, name, file) => {
    if (request.method === 'GET' && request.headers.has('range')) return { file, coding: null }
    return firstOf(name, file, accepted(request.headers.get('accept-encoding')), 0)
  }

  function firstOf(
    name: string,
    file: StoredFile,
    codings: readonly Coding[],
    index: number,
  ): Variant | Promise<Variant> {
    const coding = codings[index]
    if (coding === undefined) return { file, coding: null }
    return after(backend.find(name + SUFFIXES[coding]), (found) =>
      found === null || found === 'directory' ? firstOf(name, file, codings, index + 1) : { file: found, coding },
    )
  }
}
