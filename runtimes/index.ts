// Where the other runtimes are, for the tests that run on them (`*.runtimes.test.ts`). `install.ts` puts them there.
import { fileURLToPath } from 'node:url'

export type Runtime = 'node20' | 'node22' | 'node24' | 'node26' | 'bun' | 'deno' | 'workerd'

/** The absolute path of each runtime's own binary, never of a link in `node_modules/.bin`. */
export const runtimes: Readonly<Record<Runtime, string>> = {
  node20: binary('node20/bin/node'),
  node22: binary('node22/bin/node'),
  node24: binary('node24/bin/node'),
  node26: binary('node26/bin/node'),
  bun: binary('bun/bin/bun.exe'),
  deno: binary('deno/deno'),
  workerd: binary('workerd/bin/workerd'),
}

function binary(path: string): string {
  return fileURLToPath(new URL(`node_modules/${path}`, import.meta.url))
}
