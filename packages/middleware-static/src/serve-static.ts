import { directoryRedirect } from './directory-redirect.ts'
import { filePath } from './file-path.ts'
import { fileResponse } from './file-response.ts'
import { fileSystem } from './file-system.ts'
import { mediaType } from './media-type.ts'
import { checked, staticOptions } from './options.ts'
import type { Backend, Found, StoredFile } from './backend.ts'
import type { CacheControl, FileInfo } from './options.ts'
import type { FileFields } from './file-response.ts'
import type { FileSystemOptions } from './file-system.ts'
import type { Context, Middleware } from '@fsgi/core'

export interface StaticOptions extends FileSystemOptions {
  /** What is served for a directory: the first of these names that it has. Default `['index.html']`. */
  readonly index?: readonly string[] | undefined
  /** Whether names that begin with a dot are served: all, none, or these. Default `['.well-known']`. */
  readonly dotfiles?: boolean | readonly string[] | undefined
  /** Cache-Control: a text, or a function of the file that may return `null` for none. Default `'no-cache'`: kept, but asked for again. */
  readonly cacheControl?: CacheControl | undefined
  /** Paths below the root whose content never changes, as their names contain a hash of it: `/^\/assets\//`. Kept for a year. */
  readonly immutable?: RegExp | undefined
}

const A_YEAR = 'max-age=31536000, immutable' // RFC 8246; not public, which would let caches keep what needs Authorization

/**
 * Serves the files of a directory, or of another backend, to GET and HEAD; whatever it has no file for goes to the app
 * below. A file is found by `context.path` and by nothing else, so what a guard in front has seen is what is served.
 *
 * ```ts
 * const app = stack(serveStatic('public'))(() => new Response('Not Found', { status: 404 }))
 * ```
 * @param root a path (relative to the working directory), a `file:` URL, or a backend such as `memory({ … })`.
 * @throws {TypeError} for a wrong option. @throws {Error} if the root is not a directory, or there is no file system.
 */
export function serveStatic(root: string | URL | Backend, options: StaticOptions = {}): Middleware {
  const { index, dotfiles, cacheControl, immutable, ...forDirectory } = checked(staticOptions, options)
  const backend = backendOf(root, forDirectory)

  return (app) =>
    async function staticFiles(request, context) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return app(request, context)
      const asked = filePath(context.path, dotfiles)
      if (asked === null) return app(request, context)
      const { name, directory } = asked
      const found = directory || name === '' ? 'directory' : await find(name, context)
      if (found === null) return app(request, context)
      if (found !== 'directory') return fileResponse(request, found, fieldsOf(name, found))
      for (const entry of index) {
        const page = name === '' ? entry : `${name}/${entry}`
        const file = await find(page, context)
        if (file === null || file === 'directory') continue
        return directory ? fileResponse(request, file, fieldsOf(page, file)) : directoryRedirect(request)
      }
      return app(request, context)
    }

  /** A file is closed with the exchange: after its last byte, and also if nobody ever reads the first. */
  async function find(name: string, context: Context): Promise<Found> {
    const found = await backend.find(name)
    if (found !== null && found !== 'directory' && found.bytes === null) context.defer(() => found.close())
    return found
  }

  function fieldsOf(name: string, file: StoredFile): FileFields {
    const type = mediaType(name)
    const path = `/${name}`
    if (immutable !== undefined && path.search(immutable) !== -1) return { type, cacheControl: A_YEAR }
    if (typeof cacheControl === 'string') return { type, cacheControl }
    const modified = file.modified === null ? null : new Date(file.modified)
    const info: FileInfo = { path, size: file.size, modified, type }
    return { type, cacheControl: cacheControl(info) }
  }
}

function backendOf(root: string | URL | Backend, options: FileSystemOptions): Backend {
  if (typeof root === 'string' || root instanceof URL) return fileSystem(root, options)
  if (typeof root?.find !== 'function') {
    throw new TypeError(
      '@fsgi/middleware-static: the root must be a path, a file: URL, or a backend (an object with find)',
    )
  }
  const given = Object.keys(options)[0]
  if (given === undefined) return root
  throw new TypeError(`@fsgi/middleware-static: option '${given}' is for a directory: give it to the backend instead`)
}
