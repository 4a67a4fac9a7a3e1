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
}

export type Found = StoredFile | 'directory' | null

/** One version of a file, opened: what is described here is what `bytes` and `stream` give, even if it is replaced meanwhile. */
export interface StoredFile {
  /** In bytes. */
  readonly size: number
  /** When it was last modified, in milliseconds since 1970, or `null` where that is not known. */
  readonly modified: number | null
  /** Its entity tag as in the field, `"…"` or `W/"…"`: strong only if it changes with every byte (RFC 9110 §8.8.1). */
  readonly etag: string
  /** The whole content, where it is at hand. It must never change. `stream` and `close` are then not called. */
  readonly bytes: Uint8Array<ArrayBuffer> | null
  /** The bytes from `start` up to, not including, `end`: exactly so many, or an error. Read only as fast as they are asked for. */
  stream(start: number, end: number): ReadableStream<Uint8Array<ArrayBuffer>>
  /** Called once, when the exchange is over: its streams have ended or been given up, or there was no use for any. */
  close(): void | Promise<void>
}
