import { nodeFs } from './node-fs.ts'

/**
 * The root as an absolute path, so that it stays the same when the process changes its directory.
 * @throws {Error} if it is not a directory.
 */
export function rootDirectory(root: string | URL): string {
  const directory =
    root instanceof URL
      ? process.getBuiltinModule('node:url').fileURLToPath(root)
      : process.getBuiltinModule('node:path').resolve(root)
  if (nodeFs().statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return directory
  throw new Error(`@fsgi/middleware-static: the root '${directory}' is not a directory`)
}
