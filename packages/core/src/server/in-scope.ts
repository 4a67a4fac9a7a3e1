import type { Cleanup } from '../context.ts'

/**
 * The function, to be run in the async scope (AsyncLocalStorage) that is active now, so that a logger or tracer finds its
 * request in what runs after the response (SPEC S29). The function itself where the runtime has no such scopes.
 */
export function inScope(cleanup: Cleanup): Cleanup {
  if (snapshot === undefined) return cleanup
  const run = snapshot()
  return (outcome) => run(cleanup, outcome)
}

const runtime = (globalThis as { process?: Partial<NodeJS.Process> }).process
const snapshot = runtime?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage?.snapshot
