/** What functions among the options are told about a file. */
export interface FileInfo {
  /** Below the root, decoded, with a slash in front: `/assets/app.js`. */
  readonly path: string
  /** In bytes; of the precompressed variant where that is sent. */
  readonly size: number
  readonly modified: Date | null
  /** The media type as in the field, such as `text/html;charset=utf-8`. */
  readonly type: string
}

export type CacheControl = string | ((file: FileInfo) => string | null)
export type Download = boolean | ((file: FileInfo) => boolean | string)
export type ExtraFields =
  | Readonly<Record<string, string>>
  | ((file: FileInfo) => Readonly<Record<string, string>> | undefined)
  | undefined
