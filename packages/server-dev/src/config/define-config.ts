import type { DevOptions } from '../dev-options.ts'

/** What `fsgi.config.ts` exports. Its names of files are relative to the file's own folder. */
export type Config = Partial<DevOptions>

/**
 * Gives back what it is given: for an editor to know the options in `fsgi.config.ts`.
 *
 * ```ts
 * export default defineConfig({ entry: 'src/app.ts', port: 4000 })
 * ```
 */
export function defineConfig(config: Config): Config {
  return config
}
