import type { CountedFinding } from '../../inspector/recorded.ts'
import type { Finding } from '@fsgi/core/lint'

const MOST_KINDS = 500
const PAUSE = 500 // ms between two reports of how often

/**
 * Tells of each kind of finding at once when it is first found (another request, or another number, does not make it a new
 * one), and from then on, now and then, how often it was found.
 */
export function countFindings(
  tell: (finding: CountedFinding) => void,
): (finding: Finding, layer: string, exchange: number | undefined) => void {
  const kinds = new Map<string, CountedFinding>()
  const grown = new Set<string>()

  function tellGrown(): void {
    for (const kind of grown) tell(kinds.get(kind)!)
    grown.clear()
  }

  return ({ rule, level, message, method, path }, layer, exchange) => {
    const kind = `${layer} ${message.replace(`${method} ${path}`, '').replaceAll(/\d+/g, '0')}`
    const known = kinds.get(kind)
    if (known === undefined && kinds.size >= MOST_KINDS) return
    const finding: CountedFinding = {
      ...(known ?? { rule, level, layer, message: message.slice(0, 2000) }),
      count: (known?.count ?? 0) + 1,
      ...(exchange !== undefined && { exchange }),
    }
    kinds.set(kind, finding)
    if (known === undefined) return tell(finding)
    if (grown.size === 0) setTimeout(tellGrown, PAUSE).unref()
    grown.add(kind)
  }
}
