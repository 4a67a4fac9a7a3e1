// What clients have seen of changes of the code, from their answers.
import type { Answered } from './reload-clients.ts'

export interface Saved {
  readonly version: number
  readonly at: number
}

export interface Seen {
  /** From each save to the end of the first answer of its code. */
  readonly millis: readonly number[]
  readonly requests: number
  /** Of what went wrong, a line for each request. */
  readonly wrong: readonly string[]
  readonly failed: number
  /** Answers of old code to requests that were begun after the new had been saved. */
  readonly stale: number
  /** Those of them that were begun when there had been an answer of the new already. */
  readonly back: number
  /** Saves whose code has never answered: they count as the limit. */
  readonly missed: number
}

/** The versions grow from save to save; what answers before the first is 1. */
export function seenIn(answers: readonly Answered[], saves: readonly Saved[], limit: number): Seen {
  const firsts = saves.map(({ version }) =>
    Math.min(...answers.filter(({ result }) => 'version' in result && result.version >= version).map(endOf)),
  )
  const millis = saves.map(({ at }, i) => Math.min(firsts[i]! - at, limit))
  const wrong: string[] = []
  const counts = { failed: 0, stale: 0, back: 0 }
  for (const { began, result } of answers) {
    const saved = saves.findLast(({ at }) => at < began)?.version ?? 1
    const answered = saves.findLast((_, i) => firsts[i]! < began)?.version ?? 1
    if ('wrong' in result) {
      counts.failed++
      wrong.push(result.wrong)
    } else if (result.version < saved) {
      counts.stale++
      if (result.version < answered) counts.back++
      wrong.push(`version ${result.version} answered when ${saved} had been saved`)
    }
  }
  return {
    millis,
    requests: answers.length,
    wrong,
    ...counts,
    missed: firsts.filter((first) => first === Infinity).length,
  }
}

function endOf({ ended }: Answered): number {
  return ended
}
