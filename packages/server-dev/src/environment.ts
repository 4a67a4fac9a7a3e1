import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'dotenv'

/**
 * The application's environment: the file's variables below the real ones, which win. NODE_ENV is `development` unless the
 * real environment says otherwise.
 * @throws {Error} for NODE_ENV=production: a development server shows code and errors to whoever asks.
 */
export function environment(file: string, real: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const fromFile = existsSync(file) ? parse(readFileSync(file)) : {}
  const env = { NODE_ENV: 'development', ...fromFile, ...real }
  if (env.NODE_ENV !== 'production') return env
  const where = real.NODE_ENV === 'production' ? 'the environment' : file
  throw new Error(
    `NODE_ENV is production in ${where}: the development server shows code and errors, so it does not run there. ` +
      'Use fsgi-serve (@fsgi/server-node), or set NODE_ENV=development.',
  )
}
