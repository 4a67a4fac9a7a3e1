/** The validator: says which side of an app breaks which rule of SPEC.md. */
export { lint, type LintOptions } from './lint/lint.ts'
export { LintError, type Finding, type Side } from './lint/finding.ts'
export { checks, type Check, type CheckName } from './lint/checks.ts'
