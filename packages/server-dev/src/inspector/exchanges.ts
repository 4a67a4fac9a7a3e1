import { clock } from '../clock.ts'
import { KeptRequest } from './kept-request.ts'
import { recordedOf, summaryOf } from './exchange-entry.ts'
import type { Context } from '@fsgi/core'
import type { ErrorReport } from '../errors/error-report.ts'
import type { ExchangeEntry } from './exchange-entry.ts'
import type { Recorded, Recording, Summary } from './recorded.ts'
import type { Redaction } from './redaction.ts'

const MOST = 1000 // exchanges
const MOST_CHARACTERS = 48_000_000 // of what is recorded
const MOST_BYTES = 16 * 1024 * 1024 // of requests' bodies

export interface ExchangesFacts {
  readonly redaction: Redaction
  /** The number of the state of the code. */
  version(): number
}

/** An exchange that has begun. */
export interface Ongoing {
  /** What to go on with. */
  readonly request: Request
  /** What the application's process is to call it. */
  readonly name: string
  /** The application was not reached, because of this. */
  failed(error: ErrorReport): void
  answered(response: Response): Response
}

/** Told of what is new. */
export interface ExchangesListener {
  changed(id: number): void
  cleared(): void
}

/** A request that is sent again by the inspector: a value that the context of its exchange has. */
export interface Replay {
  readonly of: number
  /** Told the id of the new exchange. */
  begun(id: number): void
}

/** The last exchanges, in memory: at most 1,000, and the pinned ones. Secrets are taken out before anything is kept. */
export class Exchanges {
  readonly #facts: ExchangesFacts
  readonly #entries = new Map<number, ExchangeEntry>()
  readonly #listeners = new Set<ExchangesListener>()
  #last = 0
  #dropped = 0
  #characters = 0
  #bytes = 0

  constructor(facts: ExchangesFacts) {
    this.#facts = facts
  }

  /** Notes that the server has got a request, and, when its exchange ends, how it went. */
  begin(request: Request, context: Context): Ongoing {
    const id = ++this.#last
    const replay = (context as Context & { replay?: Replay }).replay
    const kept = new KeptRequest(request, context, (bytes) => this.#hold(bytes))
    const entry: ExchangeEntry = {
      id,
      version: this.#facts.version(),
      at: Date.now(),
      began: clock(),
      method: request.method,
      target: this.#facts.redaction.url(context.target.slice(0, 4000)),
      protocol: context.protocol,
      remote: context.remoteAddress?.address ?? null,
      ...(replay !== undefined && { replayOf: replay.of }),
      pinned: false,
      kept,
      recording: undefined,
      error: undefined,
      type: undefined,
      size: undefined,
    }
    this.#entries.set(id, entry)
    this.#trim()
    context.defer(({ status, aborted }) => {
      entry.outcome = { status, aborted, milliseconds: clock() - entry.began }
      this.#tell(id)
    })
    replay?.begun(id)
    this.#tell(id)
    return {
      request: kept.passed,
      name: `${id}@${entry.began}`,
      failed: (error) => void (entry.error = error),
      answered: (response) => noted(response, entry),
    }
  }

  /** What the application's process says; for one that is no longer kept, nothing. */
  heard(recording: Recording): void {
    const entry = this.#entries.get(recording.id)
    if (entry === undefined) return
    this.#characters += recording.characters - (entry.recording?.characters ?? 0)
    entry.recording = this.#facts.redaction.recording(recording)
    entry.version = recording.version
    this.#trim()
    this.#tell(recording.id)
  }

  /** So many recordings were left out under load. */
  leftOut(recordings: number): void {
    this.#dropped += recordings
  }

  /** Oldest first. */
  list(): { kept: number; dropped: number; exchanges: Summary[] } {
    return { kept: MOST, dropped: this.#dropped, exchanges: [...this.#entries.values()].map(summaryOf) }
  }

  summary(id: number): Summary | undefined {
    const entry = this.#entries.get(id)
    return entry && summaryOf(entry)
  }

  get(id: number): Recorded | undefined {
    const entry = this.#entries.get(id)
    return entry && recordedOf(entry)
  }

  /** The request of an exchange, to send it again. */
  kept(id: number): KeptRequest | undefined {
    return this.#entries.get(id)?.kept
  }

  /** Whether there is one to pin. */
  pin(id: number, pinned: boolean): boolean {
    const entry = this.#entries.get(id)
    if (entry === undefined) return false
    entry.pinned = pinned
    this.#tell(id)
    return true
  }

  /** Forgets all but the pinned ones. */
  clear(): void {
    for (const entry of this.#entries.values()) if (!entry.pinned) this.#forget(entry)
    this.#dropped = 0
    for (const listener of this.#listeners) listener.cleared()
  }

  /** @returns what ends it. */
  listen(listener: ExchangesListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(id: number): void {
    for (const listener of this.#listeners) listener.changed(id)
  }

  #hold(bytes: number): void {
    this.#bytes += bytes
    for (const { kept } of this.#entries.values()) {
      if (this.#bytes <= MOST_BYTES) return
      this.#bytes -= kept.held
      kept.forget()
    }
  }

  /** Forgets the oldest, until what is left is within bounds. */
  #trim(): void {
    for (const entry of this.#entries.values()) {
      if (this.#entries.size <= MOST && this.#characters <= MOST_CHARACTERS) return
      if (!entry.pinned && entry.id !== this.#last) this.#forget(entry)
    }
  }

  #forget(entry: ExchangeEntry): void {
    this.#entries.delete(entry.id)
    this.#characters -= entry.recording?.characters ?? 0
    this.#bytes -= entry.kept.held
    entry.kept.forget()
  }
}

function noted(response: Response, entry: ExchangeEntry): Response {
  const type = response.headers.get('content-type')?.replace(/;.*/s, '').trim()
  const length = response.headers.get('content-length')
  if (type !== undefined) entry.type = type.slice(0, 200)
  if (length !== null && entry.method !== 'HEAD') entry.size = Number(length)
  return response
}
