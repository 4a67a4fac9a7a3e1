import { z } from 'zod'

export interface DevOptions {
  /** The module that exports the application, relative to the working directory. */
  readonly entry: string
  /** Where to listen; the next port if it is taken; 0 for any that is free. Default 3000. */
  readonly port?: number | undefined
  /** A name or address to listen on instead of the loopback addresses: others may then reach the server. */
  readonly host?: string | undefined
  /** Whether to check the application against the specification's rules. Default true. */
  readonly lint?: boolean | undefined
  /** Whether to open the page in the default browser. Default false. */
  readonly open?: boolean | undefined
}

const PORT = 'must be an integer from 0 to 65535'
const text = z.string({ error: 'must be a string' }).min(1, 'must not be empty')
const choice = z.boolean({ error: 'must be true or false' })

const schema = z.strictObject(
  {
    entry: text,
    port: z.int({ error: PORT }).min(0, PORT).max(65_535, PORT).default(3000),
    host: text.optional(),
    lint: choice.default(true),
    open: choice.default(false),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'must be an object { entry, port, … }') },
)

/** The options with their defaults. @throws {TypeError} of one line that names the first option that is wrong. */
export function devOptions(options: DevOptions): z.output<typeof schema> {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const [name] = issue.code === 'unrecognized_keys' ? issue.keys : issue.path
  const found = name === undefined ? '' : `, but it is ${JSON.stringify(options[name as keyof DevOptions])}`
  const what = issue.code === 'unrecognized_keys' ? 'is not known' : `${issue.message}${found}`
  throw new TypeError(`@fsgi/server-dev: ${name === undefined ? 'the options' : `option '${String(name)}'`} ${what}`)
}
