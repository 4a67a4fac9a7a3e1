const LONGEST = 2_000 // characters of one value

/** How much more text is recorded, and what was left out. */
export class Room {
  used = 0
  readonly #characters: number
  readonly #left = new Map<string, number>()

  constructor(characters: number) {
    this.#characters = characters
  }

  /** A text, cut where it is too long. */
  text(value: string): string {
    const space = Math.min(LONGEST, this.#characters - this.used)
    if (value.length <= space) {
      this.used += value.length
      return value
    }
    this.leaveOut('characters', value.length - Math.max(space, 0))
    if (space <= 0) return '…'
    this.used += space
    return `${value.slice(0, space)}…`
  }

  /** Whether there is any left. */
  get free(): boolean {
    return this.used < this.#characters
  }

  leaveOut(what: string, count = 1): void {
    this.#left.set(what, (this.#left.get(what) ?? 0) + count)
  }

  /** What was left out, and how much of it. */
  get left(): ReadonlyMap<string, number> {
    return this.#left
  }
}
