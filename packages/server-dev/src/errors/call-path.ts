import { isMachinery } from './package-of.ts'
import type { FrameView } from './view-frames.ts'

/** One step on the way from the server to the place that threw. */
export interface Step {
  /** A middleware's or function's name. */
  readonly name: string
  /** The package it comes from, where that is not the application's own. */
  readonly package?: string
  /** Whether it is a function that a layer has called, where the layers are known. */
  readonly called?: true
}

/**
 * The layers and functions on the way to the place that threw, outermost first: the layers as they are known, and after the last of them
 * what it has called by the stack's account; or all by the stack's, which loses those that have gone on after an `await`.
 */
export function callPath(views: readonly FrameView[], layers: readonly string[] = []): Step[] {
  const steps = stackPath(views)
  if (layers.length < 2) return steps
  const last = steps.findLastIndex(({ name }) => name === layers.at(-1))
  const called = last === -1 ? [] : steps.slice(last + 1).map((step) => ({ ...step, called: true }) as const)
  return [...layers.map((name) => steps.find((step) => step.name === name) ?? { name }), ...called]
}

/** A package's frames are one step, called as its factory is: `@fsgi/middleware-session` is `session`. */
function stackPath(views: readonly FrameView[]): Step[] {
  const own = views.findLast(({ kind }) => kind === 'project')?.package
  const steps: Step[] = []
  for (const view of views.toReversed()) {
    const step = stepOf(view, own)
    const last = steps.at(-1)
    if (step !== undefined && (step.name !== last?.name || step.package !== last.package)) steps.push(step)
  }
  return steps
}

function stepOf(view: FrameView, own: string | undefined): Step | undefined {
  const isMiddleware = view.package !== undefined && /(?:^|[/-])middleware-/.test(view.package)
  if (isMiddleware) return { name: view.package.replace(/^.*middleware-/, ''), package: view.package }
  if (view.kind === 'node' || isMachinery(view.package)) return undefined
  if (view.kind === 'library')
    return view.package === undefined ? undefined : { name: view.package, package: view.package }
  const name = view.call
    .replace(/^(async |new )+/, '')
    .replace(/ \[as .*\]$/, '')
    .replace(/^.*\./, '')
  if (name === '' || name.startsWith('<')) return undefined
  return view.package === own || view.package === undefined ? { name } : { name, package: view.package }
}
