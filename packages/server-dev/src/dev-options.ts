import { inspect } from 'node:util'
import * as z from 'zod'
import { closestWord } from './closest-word.ts'

export interface DevOptions {
  /** The module that exports the application, relative to the working directory (in a config file: to its folder). */
  readonly entry: string
  /** Where to listen; the next port if it is taken; 0 for any that is free. Default 3000. */
  readonly port?: number | undefined
  /**
   * A name or address to listen on instead of the loopback addresses, or `true` for all addresses: others may then reach the
   * server.
   */
  readonly host?: string | boolean | undefined
  /** Whether to open the page in the default browser. Default false. */
  readonly open?: boolean | undefined
  /** Whether to check the application against the specification's rules. Default true. */
  readonly lint?: boolean | undefined
  /** HTTPS: `true` with a certificate that the server makes, or with the PEM files of your own. Default false. */
  readonly https?: boolean | KeyFiles | undefined
  /** Whether requests are recorded, to be looked at below `/__fsgi/`. Default true. */
  readonly inspector?: boolean | undefined
  /** Whether the inspector hides secrets: cookies, authorization and their like. Default true. */
  readonly redact?: boolean | undefined
  /** Whether HTML pages reload themselves when the code changes. Default true. */
  readonly live?: boolean | undefined
  /** The command of the editor that links to the source open, such as `code`. Default: the one that runs, or `$EDITOR`. */
  readonly editor?: string | undefined
}

/** Files in PEM, relative to the working directory (in a config file: to its folder). */
export interface KeyFiles {
  readonly key: string
  /** The certificate, followed by those that lead to a trusted one. */
  readonly cert: string
}

const PORT = 'must be an integer from 0 to 65535'
const HTTPS = 'must be true, false or { key, cert }, the names of two files'
const text = z.string({ error: 'must be a string' }).min(1, 'must not be empty')
const choice = z.boolean({ error: 'must be true or false' })
const host = z.union([text, z.boolean()], { error: 'must be a name or an address, or true for all addresses' })
const keyFiles = z.strictObject({ key: text, cert: text })

const schema = z.strictObject(
  {
    entry: text,
    port: z.int({ error: PORT }).min(0, PORT).max(65_535, PORT).default(3000),
    host: host.optional().transform((given) => (given === false ? undefined : given)),
    open: choice.default(false),
    lint: choice.default(true),
    https: z.union([z.boolean(), keyFiles], { error: HTTPS }).default(false),
    inspector: choice.default(true),
    redact: choice.default(true),
    live: choice.default(true),
    editor: text.optional(),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'must be an object { entry, port, … }') },
)

/** The options with their defaults. */
export type Settings = z.output<typeof schema>

/**
 * The options with their defaults.
 * @param where what the message begins with: the package, or a config file's name.
 * @throws {TypeError} of one line that names the first option that is wrong, what it is, and what it must be.
 */
export function devOptions(options: DevOptions, where = '@fsgi/server-dev'): Settings {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  throw new TypeError(`${where}: ${described(innermost(result.error.issues[0]!), options)}`)
}

function described(issue: z.core.$ZodIssue, options: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 0 ? Object.keys(schema.shape) : Object.keys(keyFiles.shape)
    const meant = closestWord(issue.keys[0]!, known)
    const hint = meant === undefined ? `the options are ${known.join(', ')}` : `did you mean '${meant}'?`
    return `option '${[...issue.path, issue.keys[0]].join('.')}' is not known: ${hint}`
  }
  if (issue.path.length === 0) return `the options ${issue.message}`
  const found = issue.path.reduce((value: unknown, key) => (value as Record<PropertyKey, unknown>)[key], options)
  const shown = typeof found === 'string' ? JSON.stringify(found) : inspect(found, { depth: 0, breakLength: Infinity })
  return `option '${issue.path.join('.')}' ${issue.message}, but it is ${shown}`
}

/** Of a choice between a plain value and an object, what is wrong in the object, if it is one. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inside = issue.errors.flat().find(({ code, path }) => path.length > 0 || code === 'unrecognized_keys')
  return inside === undefined ? issue : { ...inside, path: [...issue.path, ...inside.path] }
}
