import type { CountedFinding } from './recorded.ts'

export interface FindingsListener {
  /** For the terminal: a finding that is new, or has been found ten times as often as when it was last told. */
  tell(message: string): void
  /** The list has changed. */
  changed(): void
}

/** The rules that the newest state of the code breaks, each once for each layer, with how often. */
export class Findings {
  readonly #listener: FindingsListener
  #version = 0
  #found = new Map<string, CountedFinding>()

  constructor(listener: FindingsListener) {
    this.#listener = listener
  }

  /** What the process with this state of the code has found; of older ones, nothing is wanted any more. */
  heard(finding: CountedFinding, version: number): void {
    if (version < this.#version) return
    this.begin(version)
    const key = `${finding.layer} ${finding.message}`
    const before = this.#found.get(key)?.count ?? 0
    this.#found.set(key, finding)
    const { message, count } = finding
    if (before === 0) this.#listener.tell(message)
    else if (magnitude(count) > magnitude(before)) this.#listener.tell(`${message} (${count} times)`)
    this.#listener.changed()
  }

  /** There is another state of the code, which nothing has been found in. */
  begin(version: number): void {
    if (version === this.#version) return
    this.#version = version
    if (this.#found.size === 0) return
    this.#found = new Map()
    this.#listener.changed()
  }

  list(): CountedFinding[] {
    return [...this.#found.values()]
  }
}

function magnitude(count: number): number {
  return Math.floor(Math.log10(count))
}
