import { configFile } from './config/config-file.ts'
import { keyCommands } from './terminal/key-commands.ts'
import { listenToKeys } from './terminal/keyboard.ts'
import { readFlags } from './flags.ts'
import { startDevServer } from './start-dev-server.ts'
import { Terminal } from './terminal/terminal.ts'
import type { DevServer } from './start-dev-server.ts'

/** The command `fsgi-dev`. Called by bin/fsgi-dev.js with the process's arguments. */
export async function runCli(argv: string[]): Promise<void> {
  try {
    const flags = readFlags(argv)
    if (flags === undefined) return
    const config = await configFile(flags)
    const server = await startDevServer(config.options)
    const terminal = new Terminal(process.cwd())
    const unfollow = config.follow(server, terminal)
    const end = endInOrder(server, () => {
      stopKeys?.()
      void unfollow()
    })
    const stopKeys = listenToKeys({ commands: keyCommands(server, terminal, end), quit: end })
    if (stopKeys !== undefined) terminal.note('press h for help')
  } catch (error) {
    console.error(`fsgi-dev: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

/** The first signal closes the server and the application in order; the second does not wait. @returns what a signal does. */
function endInOrder(server: DevServer, closing: () => void): () => void {
  let over = false
  function end(): void {
    if (over) process.exit(1)
    over = true
    closing()
    void server.close().finally(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  return end
}
