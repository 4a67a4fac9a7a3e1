import { copy, put, thawed } from './copy.ts'
import { encode } from './codec.ts'

/**
 * A change that a request wants: made on a draft at once, and again on what is in the store when it has changed meanwhile.
 */
export type Operation = (draft: Record<PropertyKey, unknown>) => void

/**
 * A key that this request had read was changed by another request before this one wrote it, without looking again. Do the
 * change in `session.update((data) => { … })`, which is repeated on the other's data.
 */
export class SessionConflictError extends Error {
  override readonly name = 'SessionConflictError'
  readonly key: string

  constructor(key: PropertyKey) {
    super(
      `the session's '${String(key)}' was changed by another request after this one had read it and before this one wrote it; ` +
        'nothing was written. Use session.update((data) => { … }) for a value that depends on the old one',
    )
    this.key = String(key)
  }
}

/** Changes to be written, and what they have made of the data that the request has. */
export interface Changes<T> {
  readonly operations: readonly Operation[]
  /** Frozen. */
  readonly result: T
}

/** The data, which are frozen, with the changes made: a draft of its own. */
export function applied<T extends object>(data: T, operations: readonly Operation[]): T {
  const draft = thawed(data)
  for (const operation of operations) operation(draft as Record<PropertyKey, unknown>)
  return draft
}

export function updating(fn: (draft: never) => void): Operation {
  return (draft) => {
    const result: unknown = fn(draft as never)
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') return
    ;(result as PromiseLike<unknown>).then(undefined, () => {}) // it is refused below; its failure adds nothing
    throw new TypeError(
      'session.update() takes a function that is not async: it may be repeated. Await before, then update',
    )
  }
}

/** `expected` is what the request had read there, if it had. */
export function setting(key: PropertyKey, value: unknown, expected: Expected | undefined): Operation {
  const own = copy({ value })
  return (draft) => {
    demand(draft, key, expected)
    put(draft, key, copy(own).value)
  }
}

export function deleting(key: PropertyKey, expected: Expected | undefined): Operation {
  return (draft) => {
    demand(draft, key, expected)
    delete draft[key]
  }
}

/** Moves the value out of the draft; `taken` is told on every run, so that the one which counts comes last. */
export function taking(key: PropertyKey, taken: (value: unknown) => void): Operation {
  return (draft) => {
    taken(Object.hasOwn(draft, key) ? draft[key] : undefined)
    delete draft[key]
  }
}

/** Goes back to the initial data but for some keys. */
export function keeping(keys: readonly PropertyKey[], initial: object): Operation {
  return (draft) => {
    const kept = keys.filter((key) => Object.hasOwn(draft, key)).map((key) => [key, draft[key]] as const)
    for (const key of Object.keys(draft)) delete draft[key]
    for (const [key, value] of Object.entries(copy(initial))) put(draft, key, value)
    for (const [key, value] of kept) put(draft, key, value)
  }
}

export interface Expected {
  readonly value: unknown
}

function demand(draft: Record<PropertyKey, unknown>, key: PropertyKey, expected: Expected | undefined): void {
  if (expected === undefined) return
  const found = Object.hasOwn(draft, key) ? draft[key] : undefined
  if (found !== expected.value && encode(found) !== encode(expected.value)) throw new SessionConflictError(key)
}
