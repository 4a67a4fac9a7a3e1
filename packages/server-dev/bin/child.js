// The application's process: a fresh one for each state of the code. tsx is told to say which files it loads, and the rest
// is src/child/run-child.ts (dist/ when published), so that this file needs no build and no TypeScript.
import { existsSync } from 'node:fs'
import { register as registerCommonJs } from 'tsx/cjs/api'
import { register } from 'tsx/esm/api'

const loaded = { urls: new Set(), changed() {} }
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
const source = new URL('../src/child/run-child.ts', import.meta.url)
const inWorkspace = !import.meta.url.includes('/node_modules/') && existsSync(source)
const { runChild } = await import(
  inWorkspace ? source.href : new URL('../dist/child/run-child.js', import.meta.url).href
)
runChild(loaded)
