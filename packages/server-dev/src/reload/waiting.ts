/** Those who wait until there is an answer for them. */
export class Waiting {
  readonly #go = new Set<() => void>()

  /** Fulfilled by `release`, after `limit` ms, or when `signal` aborts. */
  wait(signal: AbortSignal, limit: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', go)
        this.#go.delete(go)
        resolve()
      }
      const timer = setTimeout(go, limit)
      signal.addEventListener('abort', go)
      this.#go.add(go)
      if (signal.aborted) go()
    })
  }

  release(): void {
    for (const go of this.#go) go()
  }
}
