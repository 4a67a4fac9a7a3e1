import * as z from 'zod/mini'
import { OURS } from './extra-fields.ts'
import { filePath, isSafeSegment } from './file-path.ts'
import type { CacheControl, Download, ExtraFields } from './options.ts'

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
const bytes = z.int('must be a whole number of bytes').check(z.minimum(0, 'must not be negative'))
const segment = z
  .string('must be the name of a file, such as index.html')
  .check(
    z.refine(
      (name) => isSafeSegment(name) && !name.includes('%'),
      'must be the plain name of a file, such as index.html',
    ),
  )
const extension = z
  .string('must be an extension without its dot, such as html')
  .check(z.regex(/^[\w-]+(?:\.[\w-]+)*$/, 'must be an extension without its dot, such as html'))
const page = z
  .string("must be the path of a file below the root, such as '/index.html'")
  .check(z.refine((path) => isFilePath(path), "must be the path of a file below the root, such as '/index.html'"))

const CODING = z.enum(['br', 'zstd', 'gzip'], "must be 'br', 'zstd' or 'gzip'")

const ofDirectory = {
  symlinks: z.optional(z.enum(['inside', 'follow', 'never'], "must be 'inside', 'follow' or 'never'")),
  etag: z.optional(z.enum(['version', 'content'], "must be 'version' or 'content'")),
  cache: z.optional(
    z.strictObject({ maxBytes: z.optional(bytes), maxFileBytes: z.optional(bytes) }, 'must be an object'),
  ),
}

/**
 * The options of `fileSystem`, which `serveStatic` takes as well where it is given a directory.
 *
 * @internal
 */
export const fileSystemOptions = z.strictObject(ofDirectory, 'must be an object')

/** @internal */
export const staticOptions = z.strictObject(
  {
    index: z._default(z.array(segment, 'must be a list of names, such as index.html'), ['index.html']),
    extensions: z._default(z.array(extension, 'must be a list of extensions, such as html'), []),
    fallback: z.optional(page),
    listing: z._default(z.boolean('must be true or false'), false),
    precompressed: z._default(
      z.pipe(
        z.union(
          [z.boolean(), z.array(CODING)],
          "must be true, false, or a list of 'br', 'zstd' and 'gzip', the best first",
        ),
        z.transform((value) => (value === true ? CODING.options : value === false ? [] : value)),
      ),
      [],
    ),
    dotfiles: z._default(
      z.union([z.boolean(), z.array(segment)], 'must be true, false, or a list of the names that are served'),
      ['.well-known'],
    ),
    otherMethods: z._default(z.enum(['pass', 'refuse'], "must be 'pass' or 'refuse'"), 'pass'),
    cacheControl: z._default(cacheControl, 'no-cache'),
    immutable: z.optional(z.instanceof(RegExp, { error: 'must be a regular expression' })),
    download: z._default(download, false),
    headers: z.optional(headers),
    ...ofDirectory,
  },
  'must be an object',
)

/**
 * @throws {TypeError} that names the package, the option and what was expected, on one line.
 * @internal
 */
export function checked<S extends z.ZodMiniType>(schema: S, options: unknown): z.output<S> {
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
