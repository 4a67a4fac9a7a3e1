import { readFileSync } from 'node:fs'
import { cac } from 'cac'
import { closestWord } from './closest-word.ts'
import { HELP_SECTIONS } from './help.ts'
import type { Command } from 'cac'
import type { Config } from './config/define-config.ts'

/** What is given on the command line, or undefined where the help or the version was all that was asked for. */
export function readFlags(argv: string[]): Config | undefined {
  const cli = cac('fsgi-dev')
  const command = cli
    .command('[entry]', 'Runs an application with reload, error pages and an inspector', {
      ignoreOptionDefaultValue: true,
    })
    .usage('[entry] [options]\n\n  entry  the module that exports the application, unless fsgi.config.ts names it')
    .option('--port <port>', 'Port to listen on; the next one if it is taken; 0 for any that is free (default: 3000)')
    .option(
      '--host [address]',
      'Address or name to listen on, or all addresses: others may then reach it (default: loopback)',
    )
    .option('--https', 'HTTPS with a certificate that is made and kept for you')
    .option('--https-key <file>', 'HTTPS with a key of your own, in PEM')
    .option('--https-cert <file>', 'and its certificate')
    .option('--open', 'Open the page in the browser')
    .option('--no-lint', 'Do not check the application against the rules of the specification')
    .option('--no-live', 'Do not reload pages in the browser when the code changes')
    .option('--no-inspector', 'Do not record requests for the inspector')
    .option('--no-redact', 'Show cookies, authorization and other secrets in the inspector')
    .option('--editor <command>', 'Editor that links to the source open (default: the one that runs, or $EDITOR)')
    .example('  fsgi-dev src/app.ts --port 4000 --open')
    .example('  fsgi-dev src/app.ts --host          for other devices in the network')
    .example('  fsgi-dev                            with all that is needed in fsgi.config.ts')
    .action(() => {})
  cli.help((sections) => [
    ...sections.filter(({ title }) => !/^Commands|^For more/.test(title ?? '')).map(trimmed),
    ...HELP_SECTIONS,
  ])
  cli.version(version())
  const { args, options } = cli.parse(argv, { run: false })
  if (options['help'] === true || options['version'] === true) return undefined
  if (args.length > 1) throw new Error(`one application at a time: '${args[1]}' is one too many`)
  refuseUnknown(options, command)
  refuseMissing(options, command)
  return configOf(args[0], options)
}

function configOf(entry: string | undefined, options: Record<string, unknown>): Config {
  const given = Object.entries(options).filter(([name]) => name !== '--')
  const { httpsKey: key, httpsCert: cert, ...flags } = Object.fromEntries(given.map(lastOf)) as Record<string, unknown>
  if (key !== undefined || cert !== undefined) flags['https'] = { key, cert }
  for (const name of ['host', 'editor']) if (typeof flags[name] === 'number') flags[name] = String(flags[name])
  if (entry === undefined && typeof flags['host'] === 'string' && /\.[cm]?[jt]sx?$/.test(flags['host'])) {
    throw new Error(
      `--host took '${flags['host']}' for an address: write the file first, as in: fsgi-dev ${flags['host']} --host`,
    )
  }
  return { ...flags, ...(entry !== undefined && { entry }) }
}

/** An option that is given twice: what is typed after `pnpm dev` comes after what the script says, and wins. */
function lastOf([name, value]: [string, unknown]): [string, unknown] {
  return [name, Array.isArray(value) ? value.at(-1) : value]
}

function refuseUnknown(options: Readonly<Record<string, unknown>>, command: Command): void {
  const known = [...command.options, ...command.globalCommand!.options]
  for (const name of Object.keys(options)) {
    if (name === '--' || known.some(({ names }) => names.includes(name))) continue
    const flag = options[name] === false ? `--no-${name}` : name.length > 1 ? `--${name}` : `-${name}`
    const meant = closestWord(
      flag,
      known.map(({ rawName }) => /--[\w-]+/.exec(rawName)![0]),
    )
    throw new Error(
      `unknown option '${flag}': ${meant === undefined ? '--help lists the options' : `did you mean '${meant}'?`}`,
    )
  }
}

function refuseMissing(options: Readonly<Record<string, unknown>>, command: Command): void {
  for (const { name, rawName, required } of command.options) {
    if (required === true && options[name] === true)
      throw new Error(`option '${rawName.split(' ')[0]}' needs a value: ${rawName}`)
  }
}

/** cac puts the default behind each option, and a blank where there is none. */
function trimmed({ title, body }: { title?: string; body: string }): { title?: string; body: string } {
  const text = body.replaceAll(/ (\(default: true\))?$/gm, '')
  return title === undefined ? { body: text } : { title, body: text }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
