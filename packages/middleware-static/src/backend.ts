/**
 * Where the files are: a directory, a tree in memory, a bucket, a bundle. Everything HTTP (paths, preconditions, ranges,
 * headers) is done by `serveStatic`; a backend only finds a file by its name.
 */
export interface Backend {
  /**
   * What is stored at `name`: `'index.html'`, `'css/site.css'`, `''` for the root. The name is decoded and safe: segments
   * joined by `/`, none of them empty or made of dots, none with a backslash, a colon or a control character, and no slash
   * at either end. `null` where there is nothing to serve; a rejection is answered with 500.
   */
  find(name: string): Found | Promise<Found>
  /** What is in a directory, in any order, for the option `listing`; `null` if it is no directory. Names need not be safe. */
  list?(name: string): Promise<readonly Entry[] | null>
}

export type Found = StoredFile | 'directory' | null

/** One version of a file: `bytes` and `stream` give what is described here, or nothing, even if it is replaced meanwhile. */
export type StoredFile = KnownFile | StreamedFile

interface FileVersion {
  /** In bytes. */
  readonly size: number
  /** When it was last modified, in milliseconds since 1970, or `null` where that is not known. */
  readonly modified: number | null
  /** Its entity tag as in the field, `"…"` or `W/"…"`: strong only if it changes with every byte (RFC 9110 §8.8.1). */
  readonly etag: string
  /** An object, the same whenever this version is found, if the file is another each time: the fields of answers are made once for it. */
  readonly version?: object
}

/** A file whose content is at hand. */
export interface KnownFile extends FileVersion {
  /** The whole content. It must never change. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A file whose content is fetched when it is sent. */
export interface StreamedFile extends FileVersion {
  readonly bytes: null
  /**
   * The bytes from `start` up to, not including, `end`: exactly so many, or an error. Read only as fast as they are asked
   * for. `null` where this version is not there any more: it is then looked for again.
   */
  stream(start: number, end: number): Streamed | Promise<Streamed>
  /** The same as bytes, for a backend that has a short part at hand: a small answer then needs no stream. Nothing stays open. */
  part?(start: number, end: number): Uint8Array<ArrayBuffer> | null
  /** Called once where `stream` was called, when the exchange is over: its streams have ended or been given up. */
  close?(): void | Promise<void>
}

export type Streamed = ReadableStream<Uint8Array<ArrayBuffer>> | null

/** One line of a listing. */
export interface Entry {
  readonly name: string
  readonly directory: boolean
  /** In bytes; `null` for a directory, or where it is not known. */
  readonly size: number | null
  /** In milliseconds since 1970, or `null` where that is not known. */
  readonly modified: number | null
}
