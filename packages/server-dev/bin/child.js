// The application's process: a fresh one for each state of the code. What it does is in src/child/run-child.ts (dist/ when
// published), so that this file needs no build and no TypeScript. tsx is told to say which files it loads.
import { existsSync } from 'node:fs'
import { register as registerCommonJs } from 'tsx/cjs/api'
import { register } from 'tsx/esm/api'

const loaded = { urls: new Set(), changed() {} }
const source = new URL('../src/child/run-child.ts', import.meta.url)
const inWorkspace = !import.meta.url.includes('/node_modules/') && existsSync(source)
const { runChild } = inWorkspace ? await asTypeScript() : await asPublished()
runChild(loaded)

function asTypeScript() {
  registerTsx()
  return import(source.href)
}

/** Loaded without tsx, which makes it a third longer. Whether npm puts another version in its place is to be seen all the same. */
async function asPublished() {
  process.setSourceMapsEnabled(true) // as tsx does
  const child = await import(new URL('../dist/child/run-child.js', import.meta.url).href)
  for (const name of ['core', 'server-dev', 'server-node'])
    loaded.urls.add(import.meta.resolve(`@fsgi/${name}/package.json`))
  registerTsx()
  return child
}

function registerTsx() {
  const tsconfig = process.env.FSGI_DEV_TSCONFIG
  delete process.env.FSGI_DEV_TSCONFIG
  if (tsconfig !== undefined) process.env.TSX_TSCONFIG_PATH = tsconfig
  registerCommonJs()
  register({
    onImport(url) {
      loaded.urls.add(url)
      loaded.changed()
    },
    ...(tsconfig !== undefined && { tsconfig }),
  })
}
