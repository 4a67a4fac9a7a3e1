import { configFile } from './config/config-file.ts'
import { keyCommands } from './terminal/key-commands.ts'
import { interrupt, listenToKeys } from './terminal/keyboard.ts'
import { readFlags } from './flags.ts'
import { startDevServer } from './start-dev-server.ts'
import { Terminal } from './terminal/terminal.ts'
import type { DevServer } from './start-dev-server.ts'
import type { Keyboard } from './terminal/keyboard.ts'

/** The command `fsgi-dev`. Called by bin/fsgi-dev.js with the process's arguments. */
export async function runCli(argv: string[]): Promise<void> {
  let keyboard: Keyboard | undefined
  try {
    const flags = readFlags(argv)
    if (flags === undefined) return
    keyboard = listenToKeys()
    let running: { server: DevServer; unfollow(): unknown } | undefined
    endInOrder(() => {
      if (running === undefined) return undefined
      keyboard?.use({})
      void running.unfollow()
      return running.server.close()
    })
    const config = await configFile(flags)
    const server = await startDevServer(config.options)
    const terminal = new Terminal(process.cwd())
    running = { server, unfollow: config.follow(server, terminal) }
    keyboard?.use(keyCommands(server, terminal, interrupt))
    if (keyboard !== undefined) terminal.note('press h for help')
  } catch (error) {
    keyboard?.stop()
    console.error(`fsgi-dev: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

/** The first signal closes the server and the application in order; a second, and one while nothing runs yet, does not wait. */
function endInOrder(close: () => Promise<void> | undefined): void {
  let closed: Promise<void> | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (closed !== undefined) process.exit(1)
      closed = close()
      if (closed === undefined) process.exit(1)
      void closed.finally(() => process.exit(0))
    })
  }
}
