import { after } from './after.ts'
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
  if (directory) return after(indexOf(name), (page) => page ?? listed(name))
  // The empty path is the mount itself without its slash.
  return after<Found, Target>(name === '' ? 'directory' : backend.find(name), (found) => {
    if (found === null) return withExtension(name, null)
    if (found !== 'directory') return { kind: 'file', name, file: found }
    return after(indexOf(name), (page) => (page === null ? withExtension(name, found) : { kind: 'redirect' }))
  })

  function indexOf(name: string): Target | Promise<Target> {
    return firstFile(options.index.map((entry) => (name === '' ? entry : `${name}/${entry}`)))
  }

  function withExtension(name: string, found: Found): Target | Promise<Target> {
    const names = name === '' ? [] : options.extensions.map((extension) => `${name}.${extension}`)
    return after(firstFile(names), (file) => {
      return file ?? (found === 'directory' && options.listing ? { kind: 'redirect' } : null)
    })
  }

  function listed(name: string): Target | Promise<Target> {
    if (!options.listing) return null
    return after(name === '' ? 'directory' : backend.find(name), (found): Target =>
      found === 'directory' ? { kind: 'listing', name } : null,
    )
  }

  function firstFile(names: readonly string[], index = 0): Target | Promise<Target> {
    const name = names[index]
    if (name === undefined) return null
    return after(backend.find(name), (found) =>
      found === null || found === 'directory' ? firstFile(names, index + 1) : { kind: 'file', name, file: found },
    )
  }
}
