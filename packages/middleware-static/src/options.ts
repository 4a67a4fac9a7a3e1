import { z } from 'zod'
import { OURS } from './extra-fields.ts'
import { filePath, isSafeSegment } from './file-path.ts'

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

const isFunction = (value: unknown): boolean => typeof value === 'function'

const cacheControl = z.custom<CacheControl>(
  (value) => (typeof value === 'string' && /^[\x21-\x7e][\t\x20-\x7e]*$/.test(value)) || isFunction(value),
  'must be the text of a Cache-Control field, or a function that makes it',
)
const download = z.custom<Download>(
  (value) => typeof value === 'boolean' || isFunction(value),
  'must be true, false, or a function that gives either or the name to save the file as',
)
const headers = z.custom<ExtraFields>(
  (value) => isFunction(value) || isFields(value),
  `must be header fields as { name: text }, or a function that makes them, without those that follow from the file (${[...OURS].join(', ')})`,
)
const bytes = z.int('must be a whole number of bytes').min(0, 'must not be negative')
const segment = z
  .string('must be the name of a file, such as index.html')
  .refine((name) => isSafeSegment(name) && !name.includes('%'), 'must be the plain name of a file, such as index.html')
const extension = z
  .string('must be an extension without its dot, such as html')
  .regex(/^[\w-]+(?:\.[\w-]+)*$/, 'must be an extension without its dot, such as html')
const page = z
  .string("must be the path of a file below the root, such as '/index.html'")
  .refine((path) => isFilePath(path), "must be the path of a file below the root, such as '/index.html'")

const CODING = z.enum(['br', 'zstd', 'gzip'], "must be 'br', 'zstd' or 'gzip'")

const ofDirectory = {
  symlinks: z.enum(['inside', 'follow', 'never'], "must be 'inside', 'follow' or 'never'").optional(),
  etag: z.enum(['version', 'content'], "must be 'version' or 'content'").optional(),
  cache: z.strictObject({ maxBytes: bytes.optional(), maxFileBytes: bytes.optional() }, 'must be an object').optional(),
}

/** The options of `fileSystem`, which `serveStatic` takes as well where it is given a directory. */
export const fileSystemOptions = z.strictObject(ofDirectory, 'must be an object')

export const staticOptions = z.strictObject(
  {
    index: z.array(segment, 'must be a list of names, such as index.html').default(['index.html']),
    extensions: z.array(extension, 'must be a list of extensions, such as html').default([]),
    fallback: page.optional(),
    listing: z.boolean('must be true or false').default(false),
    precompressed: z
      .union(
        [z.boolean(), z.array(CODING)],
        "must be true, false, or a list of 'br', 'zstd' and 'gzip', the best first",
      )
      .transform((value) => (value === true ? CODING.options : value === false ? [] : value))
      .default([]),
    dotfiles: z
      .union([z.boolean(), z.array(segment)], 'must be true, false, or a list of the names that are served')
      .default(['.well-known']),
    otherMethods: z.enum(['pass', 'refuse'], "must be 'pass' or 'refuse'").default('pass'),
    cacheControl: cacheControl.default('no-cache'),
    immutable: z.instanceof(RegExp, { error: 'must be a regular expression' }).optional(),
    download: download.default(false),
    headers: headers.optional(),
    ...ofDirectory,
  },
  'must be an object',
)

/** @throws {TypeError} that names the package, the option and what was expected, on one line. */
export function checked<S extends z.ZodType>(schema: S, options: unknown): z.output<S> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no option '${[...issue.path, issue.keys[0]].join('.')}'`
      : `${issue.path.length === 0 ? 'the options' : `option '${issue.path.join('.')}'`} ${issue.message}`,
  )
  throw new TypeError(`@fsgi/middleware-static: ${problems.join('; ')}`)
}

function isFields(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([name, text]) =>
      /^[!#$%&'*+\-.^`|~\w]+$/.test(name) &&
      !OURS.has(name.toLowerCase()) &&
      typeof text === 'string' &&
      /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
  )
}

function isFilePath(path: string): boolean {
  const asked = path.startsWith('/') ? filePath(path.replaceAll('%', '%25'), true) : null
  return asked !== null && !asked.directory && asked.name !== ''
}
