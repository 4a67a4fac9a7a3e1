import { z } from 'zod'
import { isSafeSegment } from './file-path.ts'

/** What `cacheControl` is told about a file. */
export interface FileInfo {
  /** Below the root, decoded, with a slash in front: `/assets/app.js`. */
  readonly path: string
  /** In bytes. */
  readonly size: number
  readonly modified: Date | null
  /** The media type as in the field, such as `text/html;charset=utf-8`. */
  readonly type: string
}

export type CacheControl = string | ((file: FileInfo) => string | null)

const cacheControl = z.custom<CacheControl>(
  (value) => (typeof value === 'string' && /^[\x21-\x7e][\t\x20-\x7e]*$/.test(value)) || typeof value === 'function',
  'must be the text of a Cache-Control field, or a function that makes it',
)
const bytes = z.int('must be a whole number of bytes').min(0, 'must not be negative')
const segment = z
  .string('must be the name of a file, such as index.html')
  .refine((name) => isSafeSegment(name) && !name.includes('%'), 'must be the plain name of a file, such as index.html')

const ofDirectory = {
  symlinks: z.enum(['inside', 'follow', 'deny'], "must be 'inside', 'follow' or 'deny'").optional(),
  cache: z.strictObject({ maxBytes: bytes.optional(), maxFileBytes: bytes.optional() }, 'must be an object').optional(),
}

/** The options of `fileSystem`, which `serveStatic` takes as well where it is given a directory. */
export const fileSystemOptions = z.strictObject(ofDirectory, 'must be an object')

export const staticOptions = z.strictObject(
  {
    index: z.array(segment, 'must be a list of names, such as index.html').default(['index.html']),
    dotfiles: z
      .union([z.boolean(), z.array(segment)], 'must be true, false, or a list of the names that are served')
      .default(['.well-known']),
    cacheControl: cacheControl.default('no-cache'),
    immutable: z.instanceof(RegExp, { error: 'must be a regular expression' }).optional(),
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
