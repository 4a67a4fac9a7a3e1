import { fork } from 'node:child_process'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { devOptions } from '../dev-options.ts'
import { environment } from '../environment.ts'
import { paintFor } from '../terminal/paint.ts'
import { renderText } from '../errors/render-text.ts'
import type { Config } from './define-config.ts'
import type { FromConfig } from './config-messages.ts'

/** What a config file says, and the files that it consists of. */
export interface ReadConfig {
  /** Checked, and with absolute names of files; without defaults. */
  readonly config: Config
  readonly files: readonly string[]
}

const LIMIT = 30_000 // ms

/**
 * Loads a config file in a process of its own: TypeScript, and anew each time.
 * @throws {ConfigError} that says what is wrong in the file, and names it.
 */
export async function readConfig(file: string): Promise<ReadConfig> {
  const name = basename(file)
  const message = await loaded(file)
  if (message.type === 'failed') {
    const text = renderText(message.error, dirname(file), paintFor(process.stderr))
    throw new ConfigError(`${name} could not be loaded: ${text}`, message.files)
  }
  const files = [...message.files, file]
  try {
    devOptions(withEntry(message.config), name)
  } catch (error) {
    throw new ConfigError((error as Error).message, files)
  }
  return { config: absolute(message.config as Config, dirname(file)), files }
}

/** With the files that it is about: a change of them may heal it. */
export class ConfigError extends Error {
  readonly files: readonly string[]

  constructor(message: string, files: readonly string[]) {
    super(message)
    this.files = files
  }
}

/** The command line may give the entry. */
function withEntry(config: unknown): never {
  const isObject = typeof config === 'object' && config !== null && !Array.isArray(config)
  return (isObject && !('entry' in config) ? { ...config, entry: 'given' } : config) as never
}

function absolute(config: Config, folder: string): Config {
  const { entry, https } = config
  const files = typeof https === 'object' && { key: resolve(folder, https.key), cert: resolve(folder, https.cert) }
  return { ...config, ...(entry !== undefined && { entry: resolve(folder, entry) }), ...(files && { https: files }) }
}

function loaded(file: string): Promise<FromConfig> {
  return new Promise((fulfil) => {
    const child = fork(fileURLToPath(new URL('../../bin/read-config.js', import.meta.url)), [file], {
      env: environment(dirname(file)),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      timeout: LIMIT,
    })
    const failed = (message: string): void =>
      fulfil({ type: 'failed', error: { name: 'Error', message, frames: [] }, files: [file] })
    child.on('message', fulfil)
    child.on('error', (error) => failed(error.message))
    child.on('close', (code, signal) =>
      failed(signal === null ? `its process ended with code ${code}` : `it took more than ${LIMIT / 1000} seconds`),
    )
  })
}
