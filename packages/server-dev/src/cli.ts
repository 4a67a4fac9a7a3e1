import { readFileSync } from 'node:fs'
import { cac } from 'cac'
import { startDevServer } from './start-dev-server.ts'
import type { DevServer } from './start-dev-server.ts'

/** The command `fsgi-dev`. Called by bin/fsgi-dev.js with the process's arguments. */
export async function runCli(argv: string[]): Promise<void> {
  try {
    const given = parse(argv)
    if (given === undefined) return
    const server = await startDevServer(given)
    endWithSignals(server)
  } catch (error) {
    console.error(`fsgi-dev: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

interface Flags {
  readonly port?: number
  readonly host?: string
  readonly open?: boolean
  readonly lint?: boolean
}

/** The options for the server, or undefined where the help or the version was all that was asked for. */
function parse(argv: string[]): ({ entry: string } & Flags) | undefined {
  const cli = cac('fsgi-dev')
  const command = cli
    .command('<entry>', 'Runs an application with reload, error pages and checks: fsgi-dev app.ts')
    .usage('<entry> [options]')
    .option('--port <port>', 'Port to listen on; the next one if it is taken; 0 for any that is free (default: 3000)')
    .option('--host <address>', 'Address or name to listen on instead of loopback only: others may then reach it')
    .option('--open', 'Open the page in the browser')
    .option('--no-lint', 'Do not check the application against the rules of the specification')
    .example('  fsgi-dev src/app.ts --port 4000')
    .action(() => {})
  cli.help()
  cli.version(version())
  const { args, options } = cli.parse(argv, { run: false })
  if (options['help'] === true || options['version'] === true) return undefined
  if (cli.matchedCommand === undefined || args.length === 0) {
    throw new Error('which application? Give the file that exports it, as in: fsgi-dev app.ts (--help lists the options)')
  }
  if (args.length > 1) throw new Error(`one application at a time: '${args[1]}' is one too many`)
  command.checkUnknownOptions()
  command.checkOptionValue()
  const { port, host, open, lint } = options as Flags
  return {
    entry: args[0]!,
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host: String(host) }),
    ...(open !== undefined && { open }),
    ...(lint !== undefined && { lint }),
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

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return version
}
