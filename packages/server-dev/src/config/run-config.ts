import { pathToFileURL } from 'node:url'
import { errorReport } from '../errors/error-report.ts'
import { tellLoadedFiles } from '../child/loaded-files.ts'
import type { FromConfig } from './config-messages.ts'
import type { LoadedModules } from '../child/loaded-files.ts'

/** Loads a config file in a process of its own, says what it exports, and ends. Called by bin/read-config.js. */
export async function runConfig(file: string, modules: LoadedModules): Promise<void> {
  const files: string[] = []
  const flush = tellLoadedFiles(modules, (more) => files.push(...more))
  const message = await load(file)
  await new Promise((resolve) => setTimeout(resolve, 5)) // tsx's messages come from its own thread on Node 20
  flush()
  send({ ...message, files } as FromConfig)
}

async function load(file: string): Promise<{ type: 'config'; config: unknown } | { type: 'failed'; error: unknown }> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
    const config = withoutInterop(module.default)
    if (config === undefined)
      throw new TypeError(`it has no default export: write 'export default defineConfig({ … })'`)
    return { type: 'config', config }
  } catch (error) {
    return { type: 'failed', error: errorReport(error) }
  }
}

/** In a package without `"type": "module"` the default of an import is what the module would give to `require`. */
function withoutInterop(value: unknown): unknown {
  const exports = value as { __esModule?: unknown; default?: unknown } | null | undefined
  return typeof exports === 'object' && exports?.__esModule === true ? exports.default : value
}

/** A value that cannot leave this process, such as a function, is not one that a config file can have. */
function send(message: FromConfig): void {
  try {
    process.send!(message, () => process.exit(0))
  } catch (error) {
    process.send!({ type: 'failed', error: errorReport(error), files: message.files }, () => process.exit(0))
  }
}
