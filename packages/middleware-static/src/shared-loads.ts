/**
 * Loads by name, each made once for all who ask meanwhile. Who asks while one runs may want what has changed since it began, so
 * they share the next one: a result is never older than the question, and there are never more than two at a time.
 */
export class SharedLoads<T> {
  readonly #running = new Map<string, { readonly load: Promise<T>; next: Promise<T> | null }>()

  run(name: string, load: () => Promise<T>): Promise<T> {
    const running = this.#running.get(name)
    if (running === undefined) return this.#start(name, load)
    running.next ??= running.load.then(
      () => this.run(name, load),
      () => this.run(name, load),
    )
    return running.next
  }

  #start(name: string, load: () => Promise<T>): Promise<T> {
    const promise = load()
    const entry = { load: promise, next: null }
    this.#running.set(name, entry)
    const end = (): void => void this.#running.delete(name)
    promise.then(end, end)
    return promise
  }
}
