/**
 * Who waits to write each session that is being written, by its selector. Not a Map: with entries that come and go it makes a new
 * table every few times, and of those V8 keeps a chain until the next full collection (80,000 changes left 13 MB). Selectors are
 * random, so that any of their characters spread them.
 */
export class BusyLines<L> {
  readonly #shelves: Entry<L>[][] = Array.from({ length: 1024 }, () => [])

  get(selector: string): L | undefined {
    return this.#shelf(selector).find((entry) => entry.selector === selector)?.line
  }

  /** For one that is not there. */
  add(selector: string, line: L): void {
    this.#shelf(selector).push({ selector, line })
  }

  delete(selector: string): void {
    const shelf = this.#shelf(selector)
    const index = shelf.findIndex((entry) => entry.selector === selector)
    if (index !== -1) shelf.splice(index, 1)
  }

  #shelf(selector: string): Entry<L>[] {
    const [one, other] = [selector.charCodeAt(0), selector.charCodeAt(1)]
    return this.#shelves[(one * 33 + other) & 1023]!
  }
}

interface Entry<L> {
  readonly selector: string
  readonly line: L
}
