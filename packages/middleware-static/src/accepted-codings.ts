/** The content codings of files that were compressed beforehand, and what their names end in. */
export const SUFFIXES = { br: '.br', zstd: '.zst', gzip: '.gz' } as const

export type Coding = keyof typeof SUFFIXES

/**
 * Those of `offered` that the client prefers to no coding or likes as well, best first; among equals the order of `offered`
 * (RFC 9110 §12.5.3). Linear in the length of the field.
 */
export function acceptedCodings(field: string | null, offered: readonly Coding[]): readonly Coding[] {
  if (field === null || field === '' || field.length > LONGEST) return []
  const weights = weightsOf(field)
  const others = weights.get('*') ?? 0
  const weightOf = (coding: Coding): number => weights.get(coding) ?? others
  // No coding is acceptable without being named, but preferred only by a client that says so with a higher weight.
  const least = Math.max(weights.get('identity') ?? others, 0.001)
  return offered.filter((coding) => weightOf(coding) >= least).toSorted((a, b) => weightOf(b) - weightOf(a))
}

/** The same for one list, with its last answers remembered: most clients of a server send one of a few fields. */
export function codingsAccepted(offered: readonly Coding[]): (field: string | null) => readonly Coding[] {
  const known = new Map<string, readonly Coding[]>()
  return (field) => {
    if (field === null) return []
    const found = known.get(field)
    if (found !== undefined) return found
    const codings = acceptedCodings(field, offered)
    if (field.length <= 100) {
      if (known.size === 100) known.clear() // somebody makes them up
      known.set(field, codings)
    }
    return codings
  }
}

/** Browsers send about 30 characters. */
const LONGEST = 1024

/** codings [ OWS ";" OWS "q=" qvalue ], the weight with at most three decimals (RFC 9110 §12.4.2). */
const MEMBER = /^([!#$%&'*+\-.^_`|~\da-z]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/** Lower-case coding → weight. A malformed member says nothing; of two that contradict each other the lower counts. */
function weightsOf(field: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const member of field.split(',')) {
    const match = MEMBER.exec(member.trim())
    if (match === null) continue
    const named = match[1]!.toLowerCase()
    const coding = named === 'x-gzip' ? 'gzip' : named // RFC 9110 §8.4.1.3: equivalent
    const weight = Number(match[2] ?? 1)
    weights.set(coding, Math.min(weight, weights.get(coding) ?? 1))
  }
  return weights
}
