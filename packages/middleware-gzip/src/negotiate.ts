import type { Coding } from './coding.ts'

/** `'none'`: the client refuses both what is offered and content without a coding. */
export type Choice = Coding | 'identity' | 'none'

/**
 * The coding to answer with: the one that the client weighs highest, and among equals the first of `offered`
 * (RFC 9110 §12.5.3). `'identity'` where nothing offered is acceptable, where the client prefers it, and where the field is
 * absent, empty or too long to be worth reading. Linear in the length of the field.
 */
export function negotiate(field: string | null, offered: readonly Coding[]): Choice {
  if (field === null || field === '' || field.length > LONGEST) return 'identity'
  const weights = weightsOf(field)
  const others = weights.get('*')
  let best: Coding | undefined
  let bestWeight = 0
  for (const coding of offered) {
    const weight = weights.get(coding) ?? others ?? 0
    if (weight > bestWeight) {
      best = coding
      bestWeight = weight
    }
  }
  // Identity is acceptable without being named, but is preferred only by a client that says so with a higher weight.
  const identity = weights.get('identity') ?? others
  if (best === undefined) return identity === 0 ? 'none' : 'identity'
  return (identity ?? 0) > bestWeight ? 'identity' : best
}

/** `negotiate` with its last answers remembered: most clients of a server send one of a few fields. */
export function negotiator(offered: readonly Coding[]): (field: string | null) => Choice {
  const known = new Map<string, Choice>()
  return (field) => {
    if (field === null) return 'identity'
    const found = known.get(field)
    if (found !== undefined) return found
    const choice = negotiate(field, offered)
    if (field.length <= 100) {
      if (known.size === 100) known.clear() // somebody makes them up
      known.set(field, choice)
    }
    return choice
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
