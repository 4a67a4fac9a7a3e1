import { acceptedCodings, SUFFIXES } from './accepted-codings.ts'
import { after } from './after.ts'
import type { Backend, StoredFile } from './backend.ts'
import type { Coding } from './accepted-codings.ts'

/** What represents a file in one response: the file itself, or one that was compressed beforehand. */
export interface Variant {
  readonly file: StoredFile
  readonly coding: Coding | null
}

/**
 * Finds `app.js.br` beside `app.js` where the client accepts it (RFC 9110 §12.5.3). It is found as every file is, so that
 * what may not be served as a file may not be served as a variant either. Who asks for a part gets one of the file itself: a
 * part of another representation is of no use to who has not said which one it holds.
 */
export function variantOf(
  backend: Backend,
  request: Request,
  name: string,
  file: StoredFile,
  offered: readonly Coding[],
): Variant | Promise<Variant> {
  const plain = { file, coding: null }
  if (offered.length === 0 || (request.method === 'GET' && request.headers.has('range'))) return plain
  return firstOf(acceptedCodings(request.headers.get('accept-encoding'), offered), 0)

  function firstOf(codings: readonly Coding[], index: number): Variant | Promise<Variant> {
    const coding = codings[index]
    if (coding === undefined) return plain
    return after(backend.find(name + SUFFIXES[coding]), (found) =>
      found === null || found === 'directory' ? firstOf(codings, index + 1) : { file: found, coding },
    )
  }
}
