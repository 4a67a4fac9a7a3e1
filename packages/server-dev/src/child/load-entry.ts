import { pathToFileURL } from 'node:url'

/**
 * Imports the application's module and gives its default export. What that is, is looked at by `startEntry`.
 * @throws {TypeError} if there is none.
 */
export async function loadEntry(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const entry = withoutInterop(module['default'])
  if (entry !== undefined) return entry
  const names = Object.keys(module).filter((name) => name !== 'default')
  const found = names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`
  throw new TypeError(`${path} has no default export: write 'export default app' (${found})`)
}

/** In a package without `"type": "module"` the default of an import is what the module would give to `require`. */
function withoutInterop(value: unknown): unknown {
  const exports = value as { __esModule?: unknown; default?: unknown } | null | undefined
  return typeof exports === 'object' && exports?.__esModule === true ? exports.default : value
}
