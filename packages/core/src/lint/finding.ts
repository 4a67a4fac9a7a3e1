import type { CheckName } from './checks.ts'

/** One breach of a rule. */
export interface Finding {
  /** The rule of SPEC.md: `S23`. */
  readonly rule: string
  /** Which of the rule's checks found it. */
  readonly check: CheckName
  readonly level: 'error' | 'warning'
  /** Who is at fault. */
  readonly side: Side
  /** The name of the layer at fault, where `lint` was given one. */
  readonly layer?: string
  /** One line: `[fsgi S23] what: where, what to do`. */
  readonly message: string
  readonly method: string
  /** The pathname of the request's URL, without its query. */
  readonly path: string
}

export type Side = 'server' | 'app' | 'middleware'

/** What `lint` throws; the server turns it into a 500 and reports it. */
export class LintError extends Error {
  override readonly name = 'LintError'
  readonly finding: Finding

  constructor(finding: Finding) {
    super(finding.message)
    this.finding = finding
  }
}
