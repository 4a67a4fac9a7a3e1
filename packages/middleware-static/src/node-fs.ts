import type fs from 'node:fs'

type Fs = typeof fs

/**
 * Node's file system, which Bun and Deno have too, asked for only where a directory is served: the package itself loads
 * where there is none.
 * @throws {Error} where there is none.
 */
export function nodeFs(): Fs {
  if (known !== undefined) return known
  const found = globalThis.process?.getBuiltinModule?.('node:fs') as Fs | undefined
  if (typeof found?.promises?.open === 'function') return (known = found)
  throw new Error(
    '@fsgi/middleware-static: this runtime has no file system (node:fs): serve memory({ … }) or another backend instead',
  )
}

let known: Fs | undefined

/** The flags to open a file for reading with. A pipe that took its place must not block. Windows has no such flag. */
export function withoutWaiting(): number {
  const { constants } = nodeFs()
  return constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
}

/** The error codes that mean: under this name there is nothing that can be served. All others are failures. */
export function isNotFound(error: unknown): boolean {
  return NOT_FOUND.has((error as { code?: string }).code ?? '')
}

const NOT_FOUND: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EINVAL',
  'EACCES',
  'EPERM',
  'ENXIO',
  'ENODEV',
  'EILSEQ',
])
