import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isInside } from '../project.ts'

/** Some lines of a source file; `first` is the number of the first one. */
export interface Excerpt {
  readonly first: number
  readonly lines: readonly string[]
}

const SOURCE = /\.[cm]?[jt]sx?$/
const LARGEST = 1_000_000 // bytes

/**
 * The lines around `line`, or undefined where they must not or cannot be shown: only source files whose real path is
 * inside the project are read, so that no stack, however it was made, gets another file onto the page.
 */
export function readExcerpt(root: string, file: string, line: number, around = 5): Excerpt | undefined {
  if (!SOURCE.test(file)) return undefined
  try {
    const real = realpathSync(file)
    if (!SOURCE.test(real) || !isInside(root, real) || statSync(real).size > LARGEST) return undefined
    const all = readFileSync(real, 'utf8').split(/\r?\n/)
    if (line < 1 || line > all.length) return undefined
    const first = Math.max(1, line - around)
    return { first, lines: all.slice(first - 1, line + around) }
  } catch {
    return undefined
  }
}
