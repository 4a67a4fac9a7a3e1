import { encode } from './codec.ts'
import { SessionConflictError } from './operation.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import type { Expected } from './operation.ts'

/**
 * Which keys of the data a request has looked at, and whether what it saw is still so: a value that is set after the old
 * one was read probably depends on it.
 */
export class ReadLog<T extends object> {
  readonly #reads = new Map<PropertyKey, 'fresh' | 'stale'>()
  #commits = 0
  #current: T

  constructor(current: T) {
    this.#current = current
  }

  /** The data that is shown from now on, after a change of the request's own. */
  show(current: T): void {
    this.#current = current
  }

  /** As `show`, after a commit, which may have brought in what others changed. */
  showCommitted(current: T): void {
    if (current !== this.#current) this.#compare(current)
    this.#commits++
    this.#current = current
  }

  forget(): void {
    this.#reads.clear()
  }

  /** What a write of the key must find there, if the request has read it. @throws {SessionConflictError} if it is old. */
  expected(key: keyof T): Expected | undefined {
    const read = this.#reads.get(key)
    if (read === 'stale') throw new SessionConflictError(key)
    return read === 'fresh' ? { value: this.#current[key] } : undefined
  }

  /** The current data, in a view that notes what is read, also when it is still in somebody's hands after a commit. */
  view(): DeepReadonly<T> {
    return new Proxy(this.#current, new Noting(this, this.#commits)) as DeepReadonly<T>
  }

  /** A key was read in what was shown after so many commits. */
  note(key: PropertyKey, shown: T, commits: number): void {
    const fresh = commits === this.#commits || same(shown, this.#current, key)
    this.#reads.set(key, fresh ? 'fresh' : 'stale')
  }

  #compare(current: T): void {
    this.#reads.forEach((_, key) => {
      if (!same(this.#current, current, key)) this.#reads.set(key, 'stale')
    })
  }
}

/** What happens when a view is read. */
class Noting<T extends object> implements ProxyHandler<T> {
  readonly #log: ReadLog<T>
  readonly #commits: number

  constructor(log: ReadLog<T>, commits: number) {
    this.#log = log
    this.#commits = commits
  }

  get(target: T, key: PropertyKey): unknown {
    if (typeof key === 'string') this.#log.note(key, target, this.#commits)
    return target[key as keyof T]
  }

  has(target: T, key: PropertyKey): boolean {
    this.#log.note(key, target, this.#commits)
    return key in target
  }

  getOwnPropertyDescriptor(target: T, key: PropertyKey): PropertyDescriptor | undefined {
    this.#log.note(key, target, this.#commits)
    return Object.getOwnPropertyDescriptor(target, key)
  }
}

function same<T extends object>(a: T, b: T, key: PropertyKey): boolean {
  const one = a[key as keyof T]
  const other = b[key as keyof T]
  return one === other || encode(one) === encode(other)
}
