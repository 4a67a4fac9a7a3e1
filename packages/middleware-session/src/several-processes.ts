/**
 * Warns, once, if sessions are kept in a process that has siblings: visitors would be logged out whenever another one answers.
 */
export function warnIfSeveralProcesses(): void {
  if (warned) return
  warned = true
  const host = globalThis.process as typeof process | undefined
  if (host?.env?.NODE_ENV !== 'production') return
  const cluster = host.getBuiltinModule?.('node:cluster') as { isWorker?: boolean } | undefined
  const several = cluster?.isWorker === true || host.env.pm_id !== undefined || Number(host.env.WEB_CONCURRENCY) > 1
  if (!several) return
  console.warn(
    '@fsgi/middleware-session: memory() keeps sessions in this process only, and there seem to be several: ' +
      'visitors will lose their sessions. Give session() a store that is shared',
  )
}

let warned = false
