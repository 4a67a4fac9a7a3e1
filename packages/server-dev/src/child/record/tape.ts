import { boundedError } from './bounded-error.ts'
import { clock } from '../../clock.ts'
import { errorReport } from '../../errors/error-report.ts'
import { Room } from './room.ts'
import type {
  Call,
  RecordedBody,
  RecordedEvent,
  Recording,
  RecordedRequest,
  RecordedResponse,
} from '../../inspector/recorded.ts'
import type { ErrorReport } from '../../errors/error-report.ts'
import type { Place } from './place.ts'

type Open<T> = { -readonly [K in keyof T]: T[K] }

/** A call while it is being recorded. */
export interface OpenCall extends Omit<Open<Call>, 'calls' | 'request' | 'response'> {
  readonly calls: OpenCall[]
  readonly request: RecordedRequest & { readonly body: OpenBody }
  response?: RecordedResponse & { readonly body: OpenBody }
}
export type OpenBody = Open<RecordedBody>

/** Of each kind of event, what it says besides when. */
export type NewEvent = Open<RecordedEvent> extends infer E ? (E extends RecordedEvent ? Omit<E, 'at'> : never) : never

export interface TapeFacts {
  readonly id: number
  readonly version: number
  /** When the server got the request, by the clock that both processes share: milliseconds. */
  readonly began: number
  /** Takes what is known so far. */
  post(recording: Recording): void
}

const CHARACTERS = 220_000
const CHARACTERS_OUTERMOST = 30_000
const MOST_CALLS = 200
const MOST_EVENTS = 200
const SOON = 20 // ms after the answer: most exchanges are over by then, and are sent once
const LATER = 500 // ms between two reports of an exchange that goes on

/** What is recorded of one exchange, within bounds, and when it is sent to the server. */
export class Tape {
  /** For all but the outermost call: that is noted first and last, and what lies below must not take its place. */
  readonly room = new Room(CHARACTERS)
  readonly #outermost = new Room(CHARACTERS_OUTERMOST)
  /** Whether all is over, and sent. */
  closed = false
  /** Whether the client has left. */
  aborted = false
  readonly #facts: TapeFacts
  #top: OpenCall | undefined
  #events: Open<RecordedEvent>[] = []
  #places: Place[] = []
  readonly #errors = new WeakMap<object, ErrorReport>()
  #error: ErrorReport | undefined
  #ended = false
  #working = 0
  #timer: NodeJS.Timeout | undefined

  constructor(facts: TapeFacts) {
    this.#facts = facts
  }

  get id(): number {
    return this.#facts.id
  }

  /** Milliseconds since the server got the request. */
  now(): number {
    return Math.round((clock() - this.#facts.began) * 1000) / 1000
  }

  /** Where a call below `parent` is noted. */
  roomBelow(parent: Place | undefined): Room {
    return parent === undefined && this.#top === undefined ? this.#outermost : this.room
  }

  /** A new call below `parent`, or the outermost; undefined if there are too many. */
  open(layer: string, parent: Place | undefined, seen: Pick<OpenCall, 'request' | 'context'>): Place | undefined {
    if (this.#places.length >= MOST_CALLS) {
      this.room.leaveOut('calls')
      return undefined
    }
    const room = this.roomBelow(parent)
    const call: OpenCall = { layer: room.text(layer), began: this.now(), ...seen, calls: [] }
    const above = parent?.call ?? this.#top
    if (above === undefined) this.#top = call
    else above.calls.push(call)
    const place: Place = { layer, tape: this, parent, room, call, entered: false }
    this.#places.push(place)
    return place
  }

  /** Notes that something has happened; gives it, for what is known of it later. */
  event<E extends NewEvent>(event: E): E & { readonly at: number } {
    const noted = { at: this.now(), ...event }
    if (this.#events.length >= MOST_EVENTS) this.room.leaveOut('events')
    else this.#events.push(noted)
    this.changed()
    return noted
  }

  /** One report for an error, however many layers it passes. */
  error(thrown: unknown): ErrorReport {
    if (typeof thrown !== 'object' || thrown === null) return boundedError(errorReport(thrown), this.room)
    let report = this.#errors.get(thrown)
    if (report === undefined) this.#errors.set(thrown, (report = boundedError(errorReport(thrown), this.room)))
    return report
  }

  /** Something that outlives the response has begun; the returned function says that it is done. */
  works(): () => void {
    this.#working++
    return () => {
      this.#working--
      this.changed()
      if (this.#ended && this.#working === 0) this.#close()
    }
  }

  /** Something is known that was not: it is sent before long. */
  changed(): void {
    if (this.closed || this.#ended) return
    this.#timer ??= setTimeout(() => this.#post(), this.#top?.ended === undefined ? LATER : SOON).unref()
  }

  /** The outermost layer has answered. */
  answered(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.changed()
  }

  /** The exchange is over, and what was deferred has run. */
  end(error: unknown): void {
    if (error !== undefined) this.#error = this.error(error)
    this.#ended = true
    this.#post()
    if (this.#working === 0) this.#close(true)
  }

  #post(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { id, version } = this.#facts
    const omitted = inWords(this.room.left, this.#outermost.left)
    this.#facts.post({
      id,
      version,
      ...(this.#top !== undefined && { top: this.#top }),
      events: this.#events,
      ...(omitted !== undefined && { omitted }),
      ...(this.#error !== undefined && { error: this.#error }),
      over: this.#ended && this.#working === 0,
      characters: this.room.used + this.#outermost.used,
    })
  }

  #close(posted = false): void {
    if (!posted) this.#post()
    this.closed = true
    for (const place of this.#places) place.call = undefined
    this.#places = []
    this.#events = []
    this.#top = undefined
  }
}

function inWords(...left: ReadonlyMap<string, number>[]): string | undefined {
  const sums = new Map<string, number>()
  for (const [what, count] of left.flatMap((one) => [...one])) sums.set(what, (sums.get(what) ?? 0) + count)
  return sums.size === 0 ? undefined : [...sums].map(([what, count]) => `${count} ${what}`).join(', ')
}
