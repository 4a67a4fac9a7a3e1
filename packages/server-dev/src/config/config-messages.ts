import type { ErrorReport } from '../errors/error-report.ts'

/** What the process that loads a config file says, and then ends. `files`: the modules that it has loaded. */
export type FromConfig =
  | { readonly type: 'config'; readonly config: unknown; readonly files: readonly string[] }
  | { readonly type: 'failed'; readonly error: ErrorReport; readonly files: readonly string[] }
