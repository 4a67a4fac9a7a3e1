import { pathToFileURL } from 'node:url'

/**
 * Imports the application's module and gives what it exports for a server to run: its default export, or else the module
 * itself if it exports `fetch` or `start`. What is in it is looked at by `startEntry`.
 * @throws {TypeError} if the module exports none of these.
 */
export async function loadEntry(path: string): Promise<unknown> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const exported = 'default' in module ? withoutInterop(module['default']) : undefined
  if (exported !== undefined) return exported
  if (typeof module['fetch'] === 'function' || typeof module['start'] === 'function') return module
  const names = Object.keys(module)
  const found = names.length === 0 ? 'it exports nothing' : `it exports ${names.join(', ')}`
  throw new TypeError(`${path} has no default export: write 'export default app' (${found})`)
}

/** In a package without `"type": "module"` the default of an import is what the module would give to `require`. */
function withoutInterop(value: unknown): unknown {
  const exports = value as { __esModule?: unknown; default?: unknown } | null | undefined
  return typeof exports === 'object' && exports?.__esModule === true ? exports.default : value
}
