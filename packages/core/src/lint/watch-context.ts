import { contextAround } from './calls.ts'
import { DERIVE } from '../derive.ts'
import { describe } from '../server/describe.ts'
import type { Cleanup, Context } from '../context.ts'
import type { Derivable } from '../derive.ts'
import type { Frame } from './frame.ts'

/**
 * The context that a linted app is called with: the given one, except that it looks at the arguments of its methods, and
 * that it and all that is derived from it know the frame, so that a linted app below finds the layer around it.
 */
export function watchContext<C extends Context>(context: C, frame: Frame): C {
  const target = (targets.get(context) ?? context) as C & Derivable
  const watched = new Proxy(target, {
    get(_target, name) {
      if (name === 'with') return (values: {}) => watchContext(target.with(values), frame)
      if (name === DERIVE) return (change: {}) => watchContext(target[DERIVE](change), frame)
      if (name === 'defer') return (cleanup: Cleanup) => target.defer(checkedCleanup(cleanup, frame))
      if (name === 'waitUntil') return (work: Promise<unknown>) => target.waitUntil(checkedWork(work, frame))
      return Reflect.get(target, name) // not the proxy as receiver: a context may have private members
    },
  })
  targets.set(watched, target)
  frames.set(watched, frame)
  return watched
}

/** The linted call that a call with this context and request comes from: the context says it, or else the request. */
export function frameOf(context: unknown, request: unknown): Frame | undefined {
  return frames.get(context as object) ?? frames.get(contextAround(request as Request) as object)
}

const targets = new WeakMap<object, object>()
const frames = new WeakMap<object, Frame>()

function checkedCleanup(cleanup: Cleanup, frame: Frame): Cleanup {
  if (typeof cleanup !== 'function') frame.found('defer-argument', `context.defer() was given ${describe(cleanup)}`)
  return cleanup
}

function checkedWork(work: Promise<unknown>, frame: Frame): Promise<unknown> {
  if (typeof (work as Partial<Promise<unknown>> | null | undefined)?.then !== 'function') {
    frame.found('wait-until-argument', `context.waitUntil() was given ${describe(work)}`)
  }
  return work
}
