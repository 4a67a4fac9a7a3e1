import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const found = new Map<string, string | undefined>()

/** The name of the package that a file belongs to, from the nearest package.json that has one. */
export function packageOf(file: string): string | undefined {
  const directory = dirname(file)
  if (directory === file) return undefined
  if (!found.has(directory)) found.set(directory, nameIn(directory) ?? packageOf(directory))
  return found.get(directory)
}

/** Whether it is a package that every request goes through: never what somebody looks for. */
export function isMachinery(name: string | undefined): boolean {
  return name !== undefined && /^@fsgi\/(core|server-\w+)$/.test(name)
}

function nameIn(directory: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
