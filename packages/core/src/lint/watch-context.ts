import { checkInformational } from './check-informational.ts'
import { contextAround } from './calls.ts'
import { DERIVE, EXCHANGE } from '../derive.ts'
import { describe } from '../server/describe.ts'
import type { Cleanup, Context } from '../context.ts'
import type { Frame, Layer } from './frame.ts'

/**
 * The context that a linted app is called with: the given one, except that it looks at what is done with it, and that it
 * and all that is derived from it know the frame, so that a linted app below finds the layer around it.
 */
export function watchContext<C extends Context>(context: C, frame: Frame): C {
  const target = (targets.get(context) ?? context) as C
  const watched = new Proxy(target, {
    get(_target, name) {
      if (name === FRAME) return frame
      const value: unknown = Reflect.get(target, name) // not the proxy as receiver: a context may have private members
      if (typeof value !== 'function' || isFixed(target, name)) return value
      if (name === 'with' || name === DERIVE) {
        return function derive(this: unknown, ...args: unknown[]) {
          return watchContext(Reflect.apply(value, this === watched ? target : this, args) as C, frame)
        }
      }
      if (name === 'defer') return (cleanup: Cleanup) => target.defer(checkedCleanup(cleanup, frame))
      if (name === 'waitUntil') return (work: Promise<unknown>) => target.waitUntil(checkedWork(work, frame))
      if (name === 'report') return (error: unknown) => target.report(checkedReport(error, frame))
      if (name === 'sendInformational') return informational(value as Informational, frame)
      return value
    },
    set(_target, name, value) {
      frame.found('context-mutated', `the app sets '${String(name)}' on its context`)
      return Reflect.set(target, name, value)
    },
  })
  targets.set(watched, target)
  return watched
}

/**
 * The linted call that a call with this context and request comes from. The context says it; only where it is none, or one of
 * another exchange, the request does: two apps may be called side by side with one request and one context.
 */
export function frameOf(context: unknown, request: unknown, layer: Layer): Frame | undefined {
  const found = frameIn(context)
  if (found !== undefined) return found
  const around = contextAround(request as Request, layer)
  return exchangeOf(around) === exchangeOf(context) ? undefined : frameIn(around)
}

/** Whether a context is an object that somebody put around a watched one: it still reaches the frame, but is not derived. */
export function isWrapped(context: Context): boolean {
  return frameIn(context) !== undefined && !targets.has(context)
}

/** Whether this is the function that the server has put into a watched context. */
export function isOfServer(send: Informational): boolean {
  return passedOn.has(send)
}

type Informational = NonNullable<Context['sendInformational']>

const FRAME = Symbol('frame')
const targets = new WeakMap<object, object>()
const passedOn = new WeakSet<Informational>()

function frameIn(context: unknown): Frame | undefined {
  return (context as { [FRAME]?: Frame } | null | undefined)?.[FRAME]
}

function exchangeOf(context: unknown): unknown {
  return (context as { [EXCHANGE]?: unknown } | null | undefined)?.[EXCHANGE]
}

/** Of a frozen object a Proxy has to show what is there. */
function isFixed(target: object, name: PropertyKey): boolean {
  const own = Reflect.getOwnPropertyDescriptor(target, name)
  return own !== undefined && own.configurable === false && own.writable === false
}

function checkedCleanup(cleanup: Cleanup, frame: Frame): Cleanup {
  if (typeof cleanup !== 'function') frame.found('defer-argument', `context.defer() was given ${describe(cleanup)}`)
  return cleanup
}

function checkedWork(work: Promise<unknown>, frame: Frame): Promise<unknown> {
  frame.hasWork = true
  if (typeof (work as Partial<Promise<unknown>> | null | undefined)?.then !== 'function') {
    frame.found('wait-until-argument', `context.waitUntil() was given ${describe(work)}`)
  }
  return work
}

function checkedReport(error: unknown, frame: Frame): unknown {
  frame.notes.reports++
  if (error === undefined) frame.found('report-argument', 'context.report() was given undefined')
  return error
}

function informational(send: Informational, frame: Frame): Informational {
  const checked: Informational = (status, headers) => {
    checkInformational(status, headers, frame)
    send(status, headers)
  }
  passedOn.add(checked)
  return checked
}
