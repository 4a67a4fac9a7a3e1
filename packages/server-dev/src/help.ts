import { KEYS } from './terminal/key-commands.ts'

/** Title and text of the parts of `fsgi-dev --help` that follow the options. */
export const HELP_SECTIONS = [
  {
    title: 'Keys (in a terminal)',
    body: Object.entries(KEYS)
      .map(([key, meaning]) => `  ${key}  ${meaning}`)
      .join('\n'),
  },
  {
    title: 'Config file',
    body: `  fsgi.config.ts (.mts, .js, .mjs) next to the package.json of <entry>, or in the working directory:
    import { defineConfig } from '@fsgi/server-dev'
    export default defineConfig({ entry: 'src/app.ts', port: 4000 })
  It has the options by the same names: entry, port, host, open, lint, https, inspector, redact, live, editor.
  What is given on the command line wins.`,
  },
  {
    title: 'Environment',
    body: `  NODE_ENV                development, unless it is set; production is refused
  .env, .env.development, .env.local, .env.development.local
                          variables for the application, next to its package.json; the later win, and the real
                          environment wins over all; with another NODE_ENV its name instead of 'development'
  FSGI_EDITOR             as --editor, for all your projects
  NO_COLOR, FORCE_COLOR   no colours; colours where there is no terminal
  CHOKIDAR_USEPOLLING=1   look for changes where the file system tells of none
  XDG_CACHE_HOME          where the certificate for --https is kept, in fsgi/ (default: ~/.cache)`,
  },
  {
    title: 'Exit codes',
    body: `  0  ended by q, Ctrl-C, SIGTERM or SIGHUP, and all closed in order
  1  it could not start: the line says why; or a signal came before it had started, or a second
     before all was closed`,
  },
]
