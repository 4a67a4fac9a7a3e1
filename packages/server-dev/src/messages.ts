import type { CountedFinding, Recording } from './inspector/recorded.ts'
import type { ErrorReport } from './errors/error-report.ts'

/** What the server says to the application's process. A process can be started long before it is told what to load. */
export type ToChild =
  /** There is nothing to load yet: get ready for it. `facts` is where to try the server out; the entry is not looked at. */
  | { readonly type: 'warm'; readonly facts: LoadFacts }
  | { readonly type: 'load'; readonly facts: LoadFacts }
  /** Finish, close what `host.defer` was given, and end. */
  | { readonly type: 'close'; readonly limit: number }

export interface LoadFacts {
  /** The entry's path. */
  readonly entry: string
  readonly root: string
  /** Where to listen, and the secret that the server's requests carry. */
  readonly socket: string
  readonly token: string
  readonly lint: boolean
  /** For error pages: the number of this state of the code, and the secret of `/__fsgi/`. */
  readonly version: number
  readonly pageToken: string
}

/** What the application's process says to the server. */
export type FromChild =
  /** To `warm`: all files that it has loaded by now. */
  | { readonly type: 'booted'; readonly files: readonly string[] }
  /** Files that it has loaded since it last said so. */
  | { readonly type: 'files'; readonly files: readonly string[] }
  | { readonly type: 'ready'; readonly exclusive: boolean }
  | { readonly type: 'failed'; readonly error: ErrorReport }
  /** It ends at once, because of this. */
  | { readonly type: 'crashed'; readonly error: ErrorReport }
  | { readonly type: 'error'; readonly error: ErrorReport; readonly during?: string | undefined }
  /** A rule is broken: told when it is new, and later how often. */
  | { readonly type: 'finding'; readonly version: number; readonly finding: CountedFinding }
  /** What is known of an exchange so far. */
  | { readonly type: 'exchange'; readonly recording: Recording }
  /** So many recordings were not sent, as there were too many. */
  | { readonly type: 'left-out'; readonly recordings: number }
