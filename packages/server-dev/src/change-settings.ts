import { isDeepStrictEqual } from 'node:util'
import type { Settings } from './dev-options.ts'

/** Those that are asked for anew each time, or when the application starts. */
const CHANGEABLE: readonly string[] = ['lint', 'editor']

/** The names of settings that have changed. */
export interface ChangedSettings {
  readonly now: string[]
  /** They count when the server starts anew. */
  readonly later: string[]
}

/** Writes those of the new settings into the old ones that can change while the server runs. */
export function changeSettings(settings: Settings, next: Settings): ChangedSettings {
  const names = [...new Set([...Object.keys(settings), ...Object.keys(next)])] as (keyof Settings)[]
  const differ = (name: keyof Settings): boolean => !isDeepStrictEqual(settings[name], next[name])
  const changed = names.filter((name) => name !== 'open' && differ(name)).toSorted()
  const now = changed.filter((name) => CHANGEABLE.includes(name))
  for (const name of now) Object.assign(settings, { [name]: next[name] })
  return { now, later: changed.filter((name) => !CHANGEABLE.includes(name)) }
}
