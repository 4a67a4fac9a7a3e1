/** A thing in a `Recency`, which alone sets these. */
export interface Linked<E> {
  older: E | undefined
  newer: E | undefined
}

/** Things in the order of their last use: a list through the things themselves, so that a use moves two pointers and allocates nothing. */
export class Recency<E extends Linked<E>> {
  #oldest: E | undefined
  #newest: E | undefined

  get oldest(): E | undefined {
    return this.#oldest
  }

  /** Puts in a thing that is not there. It has been used last. */
  add(thing: E): void {
    thing.older = this.#newest
    thing.newer = undefined
    if (this.#newest === undefined) this.#oldest = thing
    else this.#newest.newer = thing
    this.#newest = thing
  }

  remove(thing: E): void {
    if (thing.older === undefined) this.#oldest = thing.newer
    else thing.older.newer = thing.newer
    if (thing.newer === undefined) this.#newest = thing.older
    else thing.newer.older = thing.older
    thing.older = thing.newer = undefined // a thing that is gone keeps no other alive
  }

  use(thing: E): void {
    if (thing === this.#newest) return
    this.remove(thing)
    this.add(thing)
  }
}
