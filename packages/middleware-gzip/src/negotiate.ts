import type { Coding } from './coding.ts'

/**
 * The coding to answer with: the one that the client weighs highest, and among equals the first of `offered`
 * (RFC 9110 §12.5.3). `'identity'` where nothing offered is acceptable, where the client prefers it, and where the field is
 * absent, empty or too long to be worth reading. Linear in the length of the field.
 */
export function negotiate(field: string | null, offered: readonly Coding[]): Coding | 'identity' {
  if (field === null || field === '' || field.length > LONGEST) return 'identity'
  const weights = weightsOf(field)
  const others = weights.get('*')
  let best: Coding | 'identity' = 'identity'
  let bestWeight = 0
  for (const coding of offered) {
    const weight = weights.get(coding) ?? others ?? 0
    if (weight > bestWeight) {
      best = coding
      bestWeight = weight
    }
  }
  // Identity is acceptable without being named, but is preferred only by a client that says so with a higher weight.
  return (weights.get('identity') ?? others ?? 0) > bestWeight ? 'identity' : best
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
