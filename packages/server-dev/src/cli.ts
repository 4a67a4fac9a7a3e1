import { readFlags } from './flags.ts'
import { startDevServer } from './start-dev-server.ts'
import type { DevServer } from './start-dev-server.ts'

/** The command `fsgi-dev`. Called by bin/fsgi-dev.js with the process's arguments. */
export async function runCli(argv: string[]): Promise<void> {
  try {
    const given = readFlags(argv)
    if (given === undefined) return
    const server = await startDevServer(given)
    endWithSignals(server)
  } catch (error) {
    console.error(`fsgi-dev: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

/** The first signal closes the server and the application in order; the second does not wait. */
function endWithSignals(server: DevServer): void {
  let closing = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(1)
      closing = true
      void server.close().finally(() => process.exit(0))
    })
  }
}
