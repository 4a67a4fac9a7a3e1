const CHARACTERS = 250_000 // of one exchange
const LONGEST = 2_000 // characters of one value

/** How much text is still recorded of an exchange, and what was left out. */
export class Room {
  used = 0
  readonly #left = new Map<string, number>()

  /** A text, cut where it is too long. */
  text(value: string): string {
    const space = Math.min(LONGEST, CHARACTERS - this.used)
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
    return this.used < CHARACTERS
  }

  leaveOut(what: string, count = 1): void {
    this.#left.set(what, (this.#left.get(what) ?? 0) + count)
  }

  /** What was left out, in words. */
  get omitted(): string | undefined {
    if (this.#left.size === 0) return undefined
    return [...this.#left].map(([what, count]) => `${count} ${what}`).join(', ')
  }
}
