import type { ErrorReport } from '../errors/error-report.ts'
import type { KeptRequest } from './kept-request.ts'
import type { Recorded, RecordedEvent, Recording, Summary } from './recorded.ts'

type Open<T> = { -readonly [K in keyof T]: T[K] }

/** One exchange as it is kept: what the server itself has seen, and what the application's process has told. */
export interface ExchangeEntry extends Omit<Open<Recorded>, 'top' | 'events' | 'omitted'> {
  readonly kept: KeptRequest
  /** When it began, by the clock that both processes share. */
  readonly began: number
  recording: Recording | undefined
  /** An error of the server's own: the application was not reached. */
  error: ErrorReport | undefined
  /** What the response said of itself. */
  type: string | undefined
  size: number | undefined
}

/** All that is known, as the page has it. */
export function recordedOf(entry: ExchangeEntry): Recorded {
  const { recording, error, outcome } = entry
  const failed = error ?? recording?.error ?? recording?.top?.error
  return {
    ...head(entry),
    protocol: entry.protocol,
    remote: entry.remote,
    ...(outcome !== undefined && { outcome: { ...outcome, ...(failed !== undefined && { error: failed }) } }),
    ...(recording?.top !== undefined && { top: recording.top }),
    events: recording?.events.toSorted((a, b) => a.at - b.at) ?? [],
    ...(recording?.omitted !== undefined && { omitted: recording.omitted }),
  }
}

/** Its line in the list. */
export function summaryOf(entry: ExchangeEntry): Summary {
  const { recording, error, outcome, type } = entry
  const top = recording?.top
  const size = entry.size ?? top?.response?.body.size
  const events = recording?.events ?? []
  const own = (error ?? recording?.error ?? top?.error) === undefined ? 0 : 1
  return {
    ...head(entry),
    status: outcome === undefined ? (top?.response?.status ?? undefined) : outcome.status,
    aborted: outcome?.aborted ?? false,
    milliseconds: outcome?.milliseconds,
    ...(type !== undefined && { type }),
    ...(size !== undefined && { size }),
    findings: events.filter((event) => event.type === 'finding').length,
    errors: own + events.filter(hasFailed).length,
  }
}

function hasFailed(event: RecordedEvent): boolean {
  return event.type === 'report' || ((event.type === 'work' || event.type === 'cleanup') && event.error !== undefined)
}

function head({ id, version, at, method, target, replayOf, pinned }: ExchangeEntry) {
  return { id, version, at, method, target, pinned, ...(replayOf !== undefined && { replayOf }) }
}
