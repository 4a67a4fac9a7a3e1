import { after, isPromise } from './after.ts'
import { backendOf } from './backend-of.ts'
import { directoryRedirect } from './directory-redirect.ts'
import { fileResponse } from './file-response.ts'
import { isNavigation } from './navigation.ts'
import { listing as listed } from './listing.ts'
import { lookUp } from './look-up.ts'
import { methodResponse } from './method-response.ts'
import { checked, staticOptions } from './check-options.ts'
import { representations } from './representation.ts'
import { instead } from './instead.ts'
import { variants } from './variant.ts'
import type { Backend, StoredFile } from './backend.ts'
import type { CacheControl, Download, ExtraFields } from './options.ts'
import type { Coding } from './accepted-codings.ts'
import type { Context, Middleware } from '@fsgi/core'
import type { FileSystemOptions } from './file-system.ts'
import type { Target } from './look-up.ts'

export interface StaticOptions extends FileSystemOptions {
  /** What is served for a directory: the first of these names that it has. Default `['index.html']`. */
  readonly index?: readonly string[] | undefined
  /** What is tried after a name that leads to nothing: with `['html']`, `/about` is `about.html`. Default `[]`. */
  readonly extensions?: readonly string[] | undefined
  /** The page of a single-page app, `'/index.html'`: sent to navigations that the app below answers with 404. */
  readonly fallback?: string | undefined
  /** Whether a directory without an index is answered with a page that lists it. Default `false`. */
  readonly listing?: boolean | undefined
  /** Whether `app.js.br`, `.zst` and `.gz` are sent for `app.js`: all, none, or these, the best first. Default `false`. */
  readonly precompressed?: boolean | readonly Coding[] | undefined
  /** Whether names that begin with a dot are served: all, none, or these. Default `['.well-known']`. */
  readonly dotfiles?: boolean | readonly string[] | undefined
  /** What becomes of POST, OPTIONS and the like for the path of a file: they `pass` to the app below (the default), or are answered here, `refuse`d with 405. */
  readonly otherMethods?: 'pass' | 'refuse' | undefined
  /** Cache-Control: a text, or a function of the file that may return `null` for none. Default `'no-cache'`: kept, but asked for again. */
  readonly cacheControl?: CacheControl | undefined
  /** Paths below the root whose content never changes, as their names contain a hash of it: `/^\/assets\//`. Kept for a year. */
  readonly immutable?: RegExp | undefined
  /** Whether files are saved and not shown: `true`, or a function of the file that may return another name. Default `false`. */
  readonly download?: Download | undefined
  /** More header fields, or a function of the file that makes them. They replace those of the same name. */
  readonly headers?: ExtraFields
}

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
  const { symlinks, etag, cache, ...given } = checked(staticOptions, options)
  const { fallback, precompressed, dotfiles, otherMethods } = given
  const backend = backendOf(root, { symlinks, etag, cache }, given.listing)
  const represent = representations(given)
  const variantOf = variants(backend, precompressed)
  const vary = precompressed.length === 0 ? '' : 'accept-encoding'

  return function serveStatic(app) {
    const withFallback: typeof app = async (request, context) => {
      const response = await app(request, context)
      if (response.status !== 404 || !isNavigation(request)) return response
      const file = await backend.find(fallback!.slice(1))
      if (file === null || file === 'directory') return response
      const varies = ['accept', 'sec-fetch-mode', vary].filter(Boolean).join(', ')
      return instead(
        response,
        await respond(request, context, { kind: 'file', name: fallback!.slice(1), file }, varies),
      )
    }
    const pass = fallback === undefined ? app : withFallback

    return function staticFiles(request, context) {
      const { method } = request
      const reads = method === 'GET' || method === 'HEAD'
      if (!reads && otherMethods === 'pass') return pass(request, context)
      const response = answer(request, context, reads, 0)
      if (isPromise(response)) return response.then((given) => given ?? pass(request, context))
      return response ?? pass(request, context)
    }
  }

  /** `null` where there is nothing of ours. */
  function answer(request: Request, context: Context, reads: boolean, attempt: number): Answer {
    const target = lookUp(backend, context.path, given)
    return isPromise(target)
      ? target.then((found) => answerWith(request, context, found, reads, attempt))
      : answerWith(request, context, target, reads, attempt)
  }

  function answerWith(request: Request, context: Context, target: Target, reads: boolean, attempt: number): Answer {
    if (target === null) return null
    if (!reads) return methodResponse(request.method)
    const response = respond(request, context, target, vary)
    if (isPromise(response)) return response.then((given) => given ?? again(request, context, target, attempt))
    return response ?? again(request, context, target, attempt)
  }

  /** A file that is replaced before it is opened is looked for again. */
  function again(request: Request, context: Context, target: NonNullable<Target>, attempt: number): Answer {
    if (target.kind !== 'file') return null
    if (attempt < ATTEMPTS) return answer(request, context, true, attempt + 1)
    throw new Error(`@fsgi/middleware-static: '${target.name}' is replaced faster than it can be opened`)
  }

  function respond(request: Request, context: Context, target: NonNullable<Target>, vary: string): Answer {
    if (target.kind === 'redirect') return directoryRedirect(request)
    if (target.kind === 'file') return respondWith(request, context, target.name, target.file, vary)
    return after(
      listed(backend, target.name, dotfiles),
      (found) => found && fileResponse(request, context, found.page, found.representation),
    )
  }

  function respondWith(request: Request, context: Context, name: string, file: StoredFile, vary: string): Answer {
    if (precompressed.length === 0) return fileResponse(request, context, file, represent(name, file, null, vary))
    return after(variantOf(request, name, file), (variant) =>
      fileResponse(request, context, variant.file, represent(name, variant.file, variant.coding, vary)),
    )
  }
}

type Answer = Response | null | Promise<Response | null>

/** Enough for a file that every deployment replaces, and an end for one that is never the same twice. */
const ATTEMPTS = 20
