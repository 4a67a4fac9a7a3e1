import { readFileSync } from 'node:fs'
import { cac } from 'cac'

interface Flags {
  readonly port?: number
  readonly host?: string | number
  readonly open?: boolean
  readonly lint?: boolean
}

/** The options for the server, or undefined where the help or the version was all that was asked for. */
export function readFlags(argv: string[]): (Flags & { entry: string; host?: string }) | undefined {
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
    throw new Error(
      'which application? Give the file that exports it, as in: fsgi-dev app.ts (--help lists the options)',
    )
  }
  if (args.length > 1) throw new Error(`one application at a time: '${args[1]}' is one too many`)
  command.checkUnknownOptions()
  command.checkOptionValue()
  const { port, host, open, lint } = Object.fromEntries(Object.entries(options).map(lastOf)) as Flags
  return {
    entry: args[0]!,
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host: String(host) }),
    ...(open !== undefined && { open }),
    ...(lint !== undefined && { lint }),
  }
}

/** An option that is given twice: what is typed after `pnpm dev` comes after what the script says, and wins. */
function lastOf([name, value]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(value) ? value.at(-1) : value]
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
