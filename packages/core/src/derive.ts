import { isBelow, mountBelow } from './path.ts'
import type { Context, SocketAddress } from './context.ts'

/** The member of every context through which these functions derive; a shared symbol, so that two copies of core agree. */
export const DERIVE: unique symbol = Symbol.for('fsgi.derive')

/** The member of every context that says which exchange it belongs to: the same for a context and all derived from it. */
export const EXCHANGE: unique symbol = Symbol.for('fsgi.exchange')

/** What may differ between a context and one derived from it, besides the values that `with` adds. */
export interface Derivation {
  readonly signal?: AbortSignal
  readonly remoteAddress?: SocketAddress | null
  readonly pathname?: string
  readonly mount?: string
}

export interface Derivable {
  readonly [EXCHANGE]: object
  [DERIVE](change: Derivation | ((pathname: string, mount: string) => Derivation)): this
}

/** A context whose signal aborts when the given one does as well: for a time limit on what is below. */
export function withSignal<C extends Context>(context: C, signal: AbortSignal): C {
  return derivable(context)[DERIVE]({ signal: AbortSignal.any([context.signal, signal]) })
}

/** A context with another client address: for whoever has established that the peer is a proxy to be trusted (SPEC M15). */
export function withRemoteAddress<C extends Context>(context: C, remoteAddress: SocketAddress | null): C {
  return derivable(context)[DERIVE]({ remoteAddress })
}

/** A context whose `mount` is longer, and whose `path` is shorter, by `segments` segments (SPEC M16). */
export function withMount<C extends Context>(context: C, segments: number): C {
  return derivable(context)[DERIVE]((pathname, mount) => ({ mount: mountBelow(pathname, mount, segments) }))
}

/**
 * A context for another URL: for whoever hands down a request whose URL has another path (SPEC M5). `mount` is a prefix of
 * `pathname` that ends before a `/`, or `''`.
 */
export function withPathname<C extends Context>(context: C, pathname: string, mount: string): C {
  if (!isBelow(pathname, mount))
    throw new RangeError(`[fsgi S11] the pathname '${pathname}' is not below the mount '${mount}'`)
  return derivable(context)[DERIVE]({ pathname, mount })
}

function derivable<C extends Context>(context: C): C & Derivable {
  if (DERIVE in context) return context as C & Derivable
  throw new TypeError(
    '[fsgi M2] this is not a context that a server made: a copy such as { ...context } has lost what it shares with the server; use context.with()',
  )
}
