import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { ConfigError, readConfig } from './read-config.ts'
import { findConfig } from './find-config.ts'
import { projectOf } from '../project.ts'
import { watchConfig } from './watch-config.ts'
import type { Config } from './define-config.ts'
import type { DevOptions } from '../dev-options.ts'
import type { DevServer } from '../start-dev-server.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** The config file of an application and what was given on the command line, which wins. */
export interface ConfigFile {
  readonly options: DevOptions
  /** From now on a changed file changes the server. @returns what stops it. */
  follow(server: DevServer, terminal: Terminal): () => Promise<void>
}

/**
 * Reads the config file next to the package.json of the entry that was given, or in the working directory; there need not
 * be one, if there is an entry.
 * @throws {Error} of what is wrong in it.
 */
export async function configFile(flags: Config): Promise<ConfigFile> {
  const folders = placesOf(flags.entry)
  const first = await read(folders)
  return {
    options: withFlags(first.config, flags),
    follow(server, terminal) {
      let turn = 0
      const watching = watchConfig(folders, (file) => void changed(file))
      watching.add(first.files)

      async function changed(file: string): Promise<void> {
        const mine = ++turn
        const name = basename(file)
        try {
          const { config, files } = await read(folders)
          watching.add(files)
          if (mine === turn) tell(name, server.change(withFlags(config, flags)), terminal)
        } catch (error) {
          if (error instanceof ConfigError) watching.add(error.files)
          if (mine === turn)
            terminal.warn(`${name} changed, and the settings stay as they were: ${(error as Error).message}`)
        }
      }
      return () => watching.close()
    },
  }
}

function placesOf(entry: string | undefined): string[] {
  const here = process.cwd()
  if (entry === undefined || !existsSync(entry)) return [here]
  return [...new Set([projectOf(resolve(entry)).folder, here])]
}

async function read(folders: readonly string[]): Promise<{ config: Config; files: readonly string[] }> {
  const file = findConfig(folders)
  return file === undefined ? { config: {}, files: [] } : readConfig(file)
}

function withFlags(config: Config, flags: Config): DevOptions {
  const { entry, ...options } = { ...config, ...flags }
  if (entry !== undefined) return { ...options, entry }
  throw new Error(
    'which application? Give the file that exports it, as in: fsgi-dev app.ts (--help lists the options), ' +
      "or name it in fsgi.config.ts, as in: export default { entry: 'src/app.ts' }",
  )
}

function tell(name: string, later: readonly string[], terminal: Terminal): void {
  if (later.length === 0) return terminal.note(`${name} changed`)
  terminal.warn(
    `${name} changed: ${later.join(', ')} ${later.length === 1 ? 'counts' : 'count'} from the next start of fsgi-dev on`,
  )
}
