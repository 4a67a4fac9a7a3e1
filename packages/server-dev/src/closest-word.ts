/**
 * The word of `known` that somebody meant who wrote `word`, or undefined if none is near enough: one slip (a letter too
 * many, missing, wrong, or two swapped) for each three letters, whatever the case.
 */
export function closestWord(word: string, known: readonly string[]): string | undefined {
  const rated = known.map((candidate) => ({ candidate, slips: slips(word.toLowerCase(), candidate.toLowerCase()) }))
  const best = rated.reduce((a, b) => (b.slips < a.slips ? b : a), { candidate: '', slips: Infinity })
  return best.slips <= Math.max(1, Math.floor(Math.max(word.length, best.candidate.length) / 3))
    ? best.candidate
    : undefined
}

/** Optimal string alignment distance: each row of the table from the two above it. */
function slips(a: string, b: string): number {
  let [before, above] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (swapped) row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    ;[before, above] = [above, row]
  }
  return above[b.length]!
}
