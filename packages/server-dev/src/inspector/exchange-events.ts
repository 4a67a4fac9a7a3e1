import { eventStream } from './event-stream.ts'
import type { EventStream, StreamEvent } from './event-stream.ts'
import type { Exchanges } from './exchanges.ts'

/** What the inspector says of the code that runs. */
export interface CodeState {
  readonly version: number
  /** Why it did not start. */
  readonly failed: string | null
}

const AT_ONCE = 100 // exchanges

/** The open event streams of the inspector: what has changed, as it is now. */
export class ExchangeEvents {
  readonly #exchanges: Exchanges
  readonly #code: () => CodeState
  readonly #readers = new Set<Reader>()

  constructor(exchanges: Exchanges, code: () => CodeState) {
    this.#exchanges = exchanges
    this.#code = code
    exchanges.listen({
      changed: (id) => this.#all((reader) => reader.changed.add(id)),
      cleared: () => this.#all((reader) => reader.clear()),
    })
  }

  /** The code, or what is found in it, is another. */
  tell(news: 'code' | 'findings'): void {
    this.#all((reader) => reader.news.add(news))
  }

  open(): Response {
    const reader = new Reader(
      () => this.#take(reader),
      () => void this.#readers.delete(reader),
    )
    this.#readers.add(reader)
    return reader.stream.response
  }

  close(): void {
    for (const { stream } of [...this.#readers]) stream.close()
  }

  #all(note: (reader: Reader) => void): void {
    for (const reader of this.#readers) {
      note(reader)
      reader.stream.wake()
    }
  }

  /** So much of what is new that a reader that stops does not leave much behind. */
  #take(reader: Reader): StreamEvent[] {
    const events: StreamEvent[] = []
    if (reader.cleared) events.push({ event: 'cleared', data: null })
    reader.cleared = false
    for (const news of reader.news) events.push({ event: news, data: news === 'code' ? this.#code() : null })
    reader.news.clear()
    let count = 0
    for (const id of reader.changed) {
      reader.changed.delete(id)
      const summary = this.#exchanges.summary(id)
      if (summary === undefined) continue // it is no longer kept
      events.push({ event: 'exchange', data: summary })
      if (++count === AT_ONCE) break
    }
    if (reader.changed.size > 0) reader.stream.wake()
    return events
  }
}

/** One page, and what it has not been told: never more than the ids of the exchanges that are kept, and a few. */
class Reader {
  readonly stream: EventStream
  readonly changed = new Set<number>()
  readonly news = new Set<'code' | 'findings'>(['code'])
  cleared = false

  constructor(take: () => StreamEvent[], ended: () => void) {
    this.stream = eventStream(take, ended)
  }

  clear(): void {
    this.cleared = true
    this.changed.clear()
  }
}
