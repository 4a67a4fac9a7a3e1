import { checks } from './checks.ts'
import { LintError } from './finding.ts'
import type { CheckName } from './checks.ts'
import type { Finding, Side } from './finding.ts'

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
  readonly #layer: Layer
  readonly #request: unknown
  readonly #parent: Frame | undefined
  readonly #seen: Set<string>

  constructor(layer: Layer, request: unknown, parent: Frame | undefined) {
    this.#layer = layer
    this.#request = request
    this.#parent = parent
    this.#seen = parent === undefined ? new Set() : parent.#seen
    if (parent !== undefined) parent.#layer.wraps = true
  }

  /**
   * Tells of a finding: throws it, if it is an error and errors are thrown. Each is told once per exchange, by the innermost
   * layer that sees it, which is the one that made it.
   */
  found(check: CheckName, what: string): void {
    const { rule, level, at, advice } = checks[check]
    const thrown = level === 'error' && this.#layer.throws
    const key = `${check} ${what}`
    if (this.#seen.has(key) && !thrown) return
    this.#seen.add(key)
    const { method, path } = place(this.#request)
    const culprit = at === 'app' ? this.#layer : this.#callerLayer()
    const side: Side = culprit === undefined ? 'server' : culprit.wraps ? 'middleware' : 'app'
    const layer = culprit?.name
    const who = layer === undefined ? side : `${side} '${layer}'`
    const message = `[fsgi ${rule}] ${what}: ${method} ${path} (${who}), ${advice}`
    const finding: Finding = { rule, check, level, side, ...(layer !== undefined && { layer }), message, method, path }
    this.#layer.onFinding(finding)
    if (thrown) throw new LintError(finding)
  }

  #callerLayer(): Layer | undefined {
    return this.#parent === undefined ? undefined : this.#parent.#layer
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
