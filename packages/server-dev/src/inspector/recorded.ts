import type { ErrorReport } from '../errors/error-report.ts'

/**
 * What the inspector knows of one exchange. The application's process records it, the server keeps it, the page at `/__fsgi/`
 * shows it. All times are milliseconds since `at`.
 */
export interface Recorded {
  readonly id: number
  /** The state of the code that answered. */
  readonly version: number
  /** When the server got the request: milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly target: string
  readonly protocol: string
  readonly remote: string | null
  /** The exchange of which this is a repetition. */
  readonly replayOf?: number
  readonly pinned: boolean
  /** What the client was answered in the end; undefined while it waits. The status is null if no head was sent. */
  readonly outcome?: {
    readonly status: number | null
    readonly aborted: boolean
    readonly milliseconds: number
    readonly error?: ErrorReport
  }
  /** The outermost border; undefined where the application was not reached. */
  readonly top?: Call
  /** Reports, work that outlives the response, cleanups, broken rules, cancellations: in the order of their time. */
  readonly events: readonly RecordedEvent[]
  /** What was left out because it would have been too much, in words. */
  readonly omitted?: string
}

/** One passage through a border: the call of a layer together with all that is below it, and its answer. */
export interface Call {
  /** The name of the layer that was called. */
  readonly layer: string
  readonly began: number
  /** Undefined while it has not answered. */
  readonly ended?: number
  readonly request: RecordedRequest
  /** The context's members that are not the exchange's own: what layers above have added, each in a few words; and mount and path. */
  readonly context: Readonly<Record<string, string>>
  readonly response?: RecordedResponse
  readonly error?: ErrorReport
  /** The calls that it made of the next layer: none, one, or more where it tries again. */
  readonly calls: readonly Call[]
}

export interface RecordedRequest {
  readonly method: string
  readonly url: string
  /** Names in lower case, in order; secret values replaced. */
  readonly fields: readonly Field[]
  readonly body: RecordedBody
}

export interface RecordedResponse {
  readonly status: number
  readonly statusText: string
  readonly fields: readonly Field[]
  readonly body: RecordedBody
}

export type Field = readonly [name: string, value: string]

export interface RecordedBody {
  /** `bytes`: known in advance; `file`: sent past the stream. */
  readonly kind: 'none' | 'bytes' | 'file' | 'stream'
  /** Bytes, where known or counted so far. */
  readonly size?: number
  readonly chunks?: number
  /** When its first byte passed, and its last. */
  readonly first?: number
  readonly last?: number
  /** Why it was cancelled or failed, in a few words. */
  readonly cancelled?: string
  readonly failed?: string
}

export type RecordedEvent =
  | { readonly type: 'report'; readonly at: number; readonly layer: string; readonly error: ErrorReport }
  /** `ended` undefined: still at work. */
  | {
      readonly type: 'work' | 'cleanup'
      readonly at: number
      readonly layer: string
      /** Of a cleanup: when it ran. `at` is when it was registered. */
      readonly began?: number
      readonly ended?: number
      readonly error?: ErrorReport
    }
  /** A broken rule: `layer` is the one at fault. */
  | {
      readonly type: 'finding'
      readonly at: number
      readonly layer: string
      readonly rule: string
      readonly level: 'error' | 'warning'
      readonly message: string
    }
  /** The client went away, or a layer no longer wanted a body. */
  | { readonly type: 'cancelled'; readonly at: number; readonly layer: string; readonly reason: string }

/** What the application's process says about an exchange: all that it knows so far, each time. */
export interface Recording extends Pick<Recorded, 'id' | 'version' | 'top' | 'events' | 'omitted'> {
  /** The error with which the exchange ended, as the application sees it. */
  readonly error?: ErrorReport
  /** Whether nothing more will come. */
  readonly over: boolean
  /** About how much text it is. */
  readonly characters: number
}

/** A rule that is broken: how often, and in which exchange last. */
export interface CountedFinding {
  readonly rule: string
  readonly level: 'error' | 'warning'
  /** The one at fault. */
  readonly layer: string
  readonly message: string
  readonly count: number
  readonly exchange?: number
}

/** One line of the list. */
export interface Summary {
  readonly id: number
  readonly version: number
  readonly at: number
  readonly method: string
  readonly target: string
  readonly status: number | null | undefined
  readonly aborted: boolean
  readonly milliseconds: number | undefined
  /** The response's content-type without parameters, and its size in bytes. */
  readonly type?: string
  readonly size?: number
  readonly findings: number
  readonly errors: number
  readonly pinned: boolean
  readonly replayOf?: number
}
