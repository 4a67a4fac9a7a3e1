import { readFileSync } from 'node:fs'
import { cac } from 'cac'
import { CliError, loadEntry } from './cli/load-entry.ts'
import { readTls, serveOptions } from './cli/serve-options.ts'
import { serve } from './serve.ts'
import type { Flags } from './cli/serve-options.ts'
import type { Server } from './run-server.ts'

/** The command `fsgi-serve`: serves the default export of a module until SIGTERM or SIGINT. */
export async function main(argv: string[]): Promise<void> {
  const cli = cac('fsgi-serve')
  cli
    .command('<file>', "Serve a module's default export: an FSGI app, or an object with fetch or start")
    .option('--port <number>', 'TCP port; 0 takes a free one (default: 3000)')
    .option('--host <address>', 'Address to bind; 0.0.0.0 or :: for all (default: 127.0.0.1)')
    .option('--socket <path>', 'Unix socket to listen on instead')
    .option('--tls-key <file>', 'Private key in PEM: serve HTTPS (read again at SIGHUP)')
    .option('--tls-cert <file>', 'Certificate chain in PEM')
    .option('--trust-proxy <list>', 'Addresses and CIDR ranges of proxies to believe, or unix')
    .option('--max-body-bytes <number>', 'Largest request body (default: 134217728)')
    .option('--close-timeout <ms>', 'How long a shutdown waits for requests (default: 8000)')
    .example('fsgi-serve app.js --port 8080 --host 0.0.0.0')
    .action(run)
  cli.help()
  cli.version(
    (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version,
  )
  try {
    const { args, options } = cli.parse(argv, { run: false })
    if (options['help'] || options['version']) return
    if (args.length === 0) throw new CliError('name the module to serve: fsgi-serve app.js (--help shows the options)')
    await cli.runMatchedCommand()
  } catch (error) {
    exitWith(error)
  }
}

async function run(file: string, flags: Flags): Promise<void> {
  process.on('unhandledRejection', report) // one request's mistake must not end the others'
  const options = await serveOptions(flags)
  const entry = await loadEntry(file)
  const server = await serve(entry, { ...options, report })
  closeOnSignals(server)
  if (options.tls !== undefined) process.on('SIGHUP', () => void reload(server, flags))
  console.log(publicUrl(server)) // last: who reads it may send a signal at once
}

function closeOnSignals(server: Server): void {
  let closing = false
  const close = async (code: number): Promise<void> => {
    if (closing) process.exit(code === 0 ? 130 : code) // asked twice: at once
    closing = true
    await server.close()
    process.exit(code)
  }
  process.on('SIGTERM', () => void close(0))
  process.on('SIGINT', () => void close(0))
  // What was not caught has left the process in a state that nobody knows: finish what is in flight, and let the supervisor start anew.
  process.on('uncaughtException', (error) => {
    report(error)
    void close(1)
  })
}

async function reload(server: Server, flags: Flags): Promise<void> {
  try {
    server.reloadTls((await readTls(flags))!)
  } catch (error) {
    report(error) // the old certificate stays
  }
}

/** What to open in a browser. */
function publicUrl({ url }: Server): string {
  return url.replace('://127.0.0.1:', '://localhost:').replace('://[::1]:', '://localhost:')
}

function report(error: unknown): void {
  console.error(error)
}

/** One line for a mistake in the command, its options or the place to listen; with the stack for one in the app. */
function exitWith(error: unknown): never {
  if (error instanceof Error && isForTheUser(error)) console.error(`fsgi-serve: ${withFlagNames(error.message)}`)
  else console.error('fsgi-serve: the app failed to start:', error)
  process.exit(1)
}

function isForTheUser(error: Error): boolean {
  if (error instanceof CliError || error.name === 'CACError' || 'listening' in error) return true
  return /^(@fsgi\/server-node: |\[fsgi S35\])/.test(error.message)
}

/** `@fsgi/server-node: option 'maxBodyBytes' must …` is about `--max-body-bytes`. */
function withFlagNames(message: string): string {
  return message.replace(
    /^@fsgi\/server-node: option '(\w+)[^']*'/,
    (_, name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  )
}
