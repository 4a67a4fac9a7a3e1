import { after, isPromise } from './after.ts'
import { filePath } from './file-path.ts'
import type { Backend, Found, StoredFile } from './backend.ts'

/** What a path leads to: a file, a directory to be listed, or a directory whose slash is missing. `null`: nothing of ours. */
export type Target =
  | { readonly kind: 'file'; readonly name: string; readonly file: StoredFile }
  | { readonly kind: 'listing'; readonly name: string }
  | { readonly kind: 'redirect' }
  | null

export interface LookUpOptions {
  readonly dotfiles: boolean | readonly string[]
  /** The files that stand for their directory. */
  readonly index: readonly string[]
  /** What may be added to a name that leads to nothing. */
  readonly extensions: readonly string[]
  readonly listing: boolean
}

/**
 * What `context.path` leads to: the file of that name; else for `/docs/` its index, and for `/docs` the redirect there; else
 * for `/docs` the file with an extension added; else the listing of the directory. Synchronous wherever the backend is.
 */
export function lookUp(backend: Backend, path: string, options: LookUpOptions): Target | Promise<Target> {
  const asked = filePath(path, options.dotfiles)
  if (asked === null) return null
  const { name, directory } = asked
  if (directory) return directoryAt(backend, name, options)
  // The empty path is the mount itself without its slash.
  const found = name === '' ? 'directory' : backend.find(name)
  return isPromise(found) ? foundLater(found, backend, name, options) : targetOf(found, backend, name, options)
}

async function foundLater(found: Promise<Found>, backend: Backend, name: string, options: LookUpOptions) {
  return targetOf(await found, backend, name, options)
}

function targetOf(found: Found, backend: Backend, name: string, options: LookUpOptions): Target | Promise<Target> {
  if (found === null) return options.extensions.length === 0 ? null : withExtension(backend, name, null, options)
  if (found !== 'directory') return { kind: 'file', name, file: found }
  return after(indexOf(backend, name, options), (page) =>
    page === null ? withExtension(backend, name, found, options) : { kind: 'redirect' },
  )
}

function directoryAt(backend: Backend, name: string, options: LookUpOptions): Target | Promise<Target> {
  return after(indexOf(backend, name, options), (page) => {
    if (page !== null || !options.listing) return page
    return after(name === '' ? 'directory' : backend.find(name), (found): Target =>
      found === 'directory' ? { kind: 'listing', name } : null,
    )
  })
}

function indexOf(backend: Backend, name: string, { index }: LookUpOptions): Target | Promise<Target> {
  const names = name === '' ? index : index.map((entry) => `${name}/${entry}`)
  return firstFile(backend, names, 0)
}

function withExtension(
  backend: Backend,
  name: string,
  found: Found,
  { extensions, listing }: LookUpOptions,
): Target | Promise<Target> {
  const names = name === '' ? [] : extensions.map((extension) => `${name}.${extension}`)
  return after(
    firstFile(backend, names, 0),
    (file) => file ?? (found === 'directory' && listing ? { kind: 'redirect' } : null),
  )
}

function firstFile(backend: Backend, names: readonly string[], index: number): Target | Promise<Target> {
  const name = names[index]
  if (name === undefined) return null
  return after(backend.find(name), (found) =>
    found === null || found === 'directory'
      ? firstFile(backend, names, index + 1)
      : { kind: 'file', name, file: found },
  )
}
