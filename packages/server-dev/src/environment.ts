import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'dotenv'

type Variables = NodeJS.ProcessEnv

/**
 * The files that an application's environment is read from, whether they exist or not, the weakest first: in the order of
 * Next.js, Bun and Rails, where what is meant for one machine (`.local`) wins over what is meant for all.
 *
 * @param folder that of the application's package.json.
 */
export function environmentFiles(folder: string, real: Variables = process.env): string[] {
  const mode = real['NODE_ENV'] ?? 'development'
  return ['.env', `.env.${mode}`, '.env.local', `.env.${mode}.local`].map((name) => join(folder, name))
}

/**
 * The application's environment: the files' variables below the real ones, which win. NODE_ENV is `development` unless one
 * of them says otherwise.
 * @throws {Error} for NODE_ENV=production: a development server shows code and errors to whoever asks.
 */
export function environment(folder: string, real: Variables = process.env): Variables {
  let env: Variables = { NODE_ENV: 'development' }
  let where = ''
  for (const file of environmentFiles(folder, real)) add(existsSync(file) ? parse(readFileSync(file)) : {}, file)
  add(real, 'the environment')
  if (env['NODE_ENV'] !== 'production') return env
  throw new Error(
    `NODE_ENV is production in ${where}: the development server shows code and errors, so it does not run there. ` +
      'Use fsgi-serve (@fsgi/server-node), or set NODE_ENV=development.',
  )

  function add(variables: Variables, source: string): void {
    env = { ...env, ...variables }
    if (variables['NODE_ENV'] !== undefined) where = source
  }
}
