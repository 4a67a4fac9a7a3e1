import { checks } from './checks.ts'
import { LintError } from './finding.ts'
import { notesOf } from './notes.ts'
import type { CheckName } from './checks.ts'
import type { Context } from '../context.ts'
import type { Finding, Side } from './finding.ts'
import type { Notes } from './notes.ts'

/** One use of `lint`: what it says about the app it wraps. */
export interface Layer {
  readonly name: string | undefined
  readonly throws: boolean
  readonly onFinding: (finding: Finding) => void
  /** Whether a linted app was ever called from inside: then this one is a middleware. */
  wraps: boolean
}

/** One call of a linted app. The frames of an exchange form a tree: the parent is the linted layer around this one. */
export class Frame {
  readonly layer: Layer
  readonly parent: Frame | undefined
  readonly notes: Notes
  /** What it was called with. */
  readonly context: Context
  /** Whether it has returned or thrown. */
  settled = false
  /** Whether it has given work to `waitUntil`. */
  hasWork = false
  /** How many linted apps it has called, how many of them have failed, and how many of those by throwing, not in their bodies. */
  calls = 0
  failures = 0
  thrown = 0
  /** Whether a response that it got from a linted app had immutable headers. */
  gotImmutable = false
  /** What the body that it returned was cancelled with. */
  cancelled: { readonly reason: unknown } | undefined
  readonly #request: unknown
  readonly #reportsBefore: number

  constructor(layer: Layer, request: unknown, context: Context, parent: Frame | undefined) {
    this.layer = layer
    this.#request = request
    this.context = context
    this.parent = parent
    this.notes = parent?.notes ?? notesOf(context)
    this.#reportsBefore = this.notes.reports
    if (parent === undefined) return
    parent.layer.wraps = true
    parent.calls++
  }

  /** The method of the request that it was called with. */
  get method(): string {
    return place(this.#request).method
  }

  /** Whether an error was reported since this call began. */
  get hasReported(): boolean {
    return this.notes.reports > this.#reportsBefore
  }

  /**
   * Tells of a finding: throws it, if it is an error and errors are thrown. Each is told once per exchange, by the innermost
   * layer that sees it, which is the one that made it.
   */
  found(check: CheckName, what: string): void {
    const { rule, level, at, advice } = checks[check]
    const { told } = this.notes
    const thrown = level === 'error' && this.layer.throws
    const key = `${check} ${what}`
    if (told.has(key) && !thrown) return
    told.add(key)
    const { method, path } = place(this.#request)
    const culprit = (at === 'caller' ? this.parent : this)?.layer
    const side: Side = culprit === undefined ? 'server' : culprit.wraps ? 'middleware' : 'app'
    const layer = culprit?.name
    const who = layer === undefined ? side : `${side} '${layer}'`
    const message = `[fsgi ${rule}] ${what}: ${method} ${path} (${who}), ${advice}`
    const finding: Finding = { rule, check, level, side, ...(layer !== undefined && { layer }), message, method, path }
    this.layer.onFinding(finding)
    if (thrown) throw new LintError(finding)
  }
}

/** Whatever was given as a request has to do: the finding may be that it is none. */
function place(request: unknown): { method: string; path: string } {
  try {
    const { method, url } = request as Request
    return { method, path: new URL(url).pathname }
  } catch {
    return { method: '?', path: '?' }
  }
}
