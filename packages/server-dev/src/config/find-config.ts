import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The names that the config file may have. */
export const CONFIG_NAMES = ['fsgi.config.ts', 'fsgi.config.mts', 'fsgi.config.js', 'fsgi.config.mjs']

/**
 * The config file of the first of these folders that has one.
 * @throws {Error} if it has two: which one counts should not be a matter of luck.
 */
export function findConfig(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    const [first, second] = CONFIG_NAMES.map((name) => join(folder, name)).filter((file) => existsSync(file))
    if (second !== undefined) {
      throw new Error(`there are ${basename(first!)} and ${basename(second)} in ${folder}: only one of them can count`)
    }
    if (first !== undefined) return first
  }
  return undefined
}
