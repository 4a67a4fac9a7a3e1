import { currentPlace } from './place.ts'
import { reasonInWords } from './watch-body.ts'
import type { Cleanup, Outcome } from '@fsgi/core'
import type { Exchange } from '@fsgi/core/server'
import type { NewEvent, Tape } from './tape.ts'

/**
 * Notes what is registered with an exchange, and by which layer, and its end. It is done at the exchange, which all contexts ask, and
 * not at each context: those stay the ones that the server and the layers have made. `outermost`: its end is that of the tape.
 */
export function watchExchange(exchange: Exchange, tape: Tape, outermost: boolean): void {
  const { defer, waitUntil, report, abort } = exchange
  const layer = (): string => currentPlace()?.layer ?? 'server'

  // the first to be registered: it runs last
  if (outermost) defer.call(exchange, (outcome: Outcome) => tape.end(outcome.aborted ? undefined : outcome.error))
  exchange.defer = (cleanup) => {
    const ours = typeof cleanup !== 'function' || currentPlace()?.entered === false // that of lint
    defer.call(exchange, ours ? cleanup : notedCleanup(cleanup, layer(), tape))
  }
  exchange.waitUntil = (work) => {
    if (typeof (work as Partial<Promise<unknown>> | undefined)?.then !== 'function')
      return waitUntil.call(exchange, work)
    const promise = Promise.resolve(work) // a thenable may begin its work with each `then`
    void noteEnd(promise, tape.event<OpenWork>({ type: 'work', layer: layer() }), tape)
    waitUntil.call(exchange, promise)
  }
  exchange.report = (error) => {
    tape.event({ type: 'report', layer: layer(), error: tape.error(error) })
    report.call(exchange, error)
  }
  exchange.abort = (reason) => {
    if (outermost && !tape.aborted && !exchange.ended) {
      tape.aborted = true
      tape.event({ type: 'cancelled', layer: 'client', reason: tape.room.text(reasonInWords(reason)) })
    }
    abort.call(exchange, reason)
  }
}

type OpenWork = NewEvent & { began?: number; ended?: number; error?: unknown; type: 'work' | 'cleanup' }

function notedCleanup(cleanup: Cleanup, layer: string, tape: Tape): Cleanup {
  const event = tape.event<OpenWork>({ type: 'cleanup', layer })
  return (outcome) => {
    event.began = tape.now()
    try {
      const result: unknown = cleanup(outcome)
      if (typeof (result as Partial<Promise<unknown>> | undefined)?.then !== 'function') {
        event.ended = tape.now()
        return undefined
      }
      const promise = Promise.resolve(result as Promise<void>)
      void noteEnd(promise, event, tape)
      return promise
    } catch (error) {
      event.ended = tape.now()
      event.error = tape.error(error)
      throw error
    }
  }
}

async function noteEnd(promise: Promise<unknown>, event: OpenWork, tape: Tape): Promise<void> {
  const done = tape.works()
  try {
    await promise
  } catch (error) {
    event.error = tape.error(error)
  }
  event.ended = tape.now()
  done()
}
