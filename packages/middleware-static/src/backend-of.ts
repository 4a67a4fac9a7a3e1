import { fileSystem } from './file-system.ts'
import type { Backend } from './backend.ts'
import type { FileSystemOptions } from './file-system.ts'

/** The backend that `serveStatic` was given, or one for the directory. @throws {TypeError} where the options do not fit it. */
export function backendOf(root: string | URL | Backend, options: FileSystemOptions, listing: boolean): Backend {
  if (typeof root === 'string' || root instanceof URL) return fileSystem(root, options)
  if (typeof root?.find !== 'function') {
    throw new TypeError(
      '@fsgi/middleware-static: the root must be a path, a file: URL, or a backend (an object with find)',
    )
  }
  const given = Object.entries(options).find(([, value]) => value !== undefined)
  if (given !== undefined) {
    throw new TypeError(
      `@fsgi/middleware-static: option '${given[0]}' is for a directory: give it to the backend instead`,
    )
  }
  if (listing && root.list === undefined) {
    throw new TypeError("@fsgi/middleware-static: option 'listing' needs a backend that has list()")
  }
  return root
}
