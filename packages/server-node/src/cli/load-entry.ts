import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Entry } from '@fsgi/core'

/** The default export of a module. @throws {CliError} of one line, or what the module itself throws when it is loaded. */
export async function loadEntry(file: string): Promise<Entry> {
  const path = resolve(file)
  if (!existsSync(path)) throw new CliError(`${file} does not exist`)
  return entryOf(await load(path, file), file)
}

/**
 * The default export of a module as `import()` gives it. For CommonJS that is `module.exports`; if that carries `__esModule`, as an ES
 * module that was compiled to CommonJS does, it is its `default`.
 */
export function entryOf(module: Readonly<Record<string, unknown>>, file: string): Entry {
  const compiled = module['default'] as Record<string, unknown> | null | undefined
  const exports = typeof compiled === 'object' && compiled?.['__esModule'] === true ? compiled : module
  if (exports['default'] !== undefined) return exports['default'] as Entry
  const names = Object.keys(exports).filter((name) => name !== '__esModule' && name !== 'default')
  const found = names.length === 0 ? 'it exports nothing' : `it exports only ${names.join(', ')}`
  throw new CliError(`${file} has no default export, which is what is served: ${found}`)
}

/** An error whose message is all that the user needs. */
export class CliError extends Error {}

async function load(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    if ((error as NodeJS.ErrnoException | null)?.code !== 'ERR_UNKNOWN_FILE_EXTENSION' || !/\.[mc]?tsx?$/.test(file))
      throw error
    throw new CliError(
      `${file} is TypeScript, which Node ${process.versions.node} does not load: build it, or use Node 22.18 or later`,
    )
  }
}
