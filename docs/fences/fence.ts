import { parseExpectation } from './expectation.ts'
import type { Expectation } from './expectation.ts'

/** One ```ts example of a document. */
export interface Fence {
  /** The line that opens it, from 1. */
  readonly line: number
  readonly code: string
  /** The comments below it that say what the entry it exports answers. */
  readonly expectations: readonly Expectation[]
}

/** Every ```ts fence of a Markdown text, with the expectations below it. @throws {SyntaxError} for one that never ends. */
export function fencesOf(markdown: string): Fence[] {
  const lines = markdown.split(/\r?\n/)
  const fences: Fence[] = []
  for (let at = 0; at < lines.length; at++) {
    const opened = /^( *)(`{3,})(\w*)/.exec(lines[at] ?? '')
    if (opened === null) continue
    const [, indent = '', ticks = '', language] = opened
    const end = lines.findIndex((line, index) => index > at && line.trim() === ticks)
    if (end === -1) throw new SyntaxError(`the fence that opens in line ${at + 1} never ends`)
    if (language === 'ts') {
      const code = lines.slice(at + 1, end).map((line) => line.slice(indent.length))
      fences.push({ line: at + 1, code: code.join('\n'), expectations: expectationsFrom(lines, end + 1) })
    }
    at = end
  }
  return fences
}

function expectationsFrom(lines: readonly string[], start: number): Expectation[] {
  const found: Expectation[] = []
  for (let at = start; at < lines.length; at++) {
    const line = lines[at]?.trim() ?? ''
    if (line.startsWith('<!--') && line.includes('→')) found.push(parseExpectation(line))
    else if (line !== '') break
  }
  return found
}
