// Loads fsgi.config.ts in a process of its own, so that a changed one is read anew: see src/config/run-config.ts (dist/ when
// published).
import { existsSync } from 'node:fs'
import { register as registerCommonJs } from 'tsx/cjs/api'
import { register } from 'tsx/esm/api'

const loaded = { urls: new Set(), changed() {} }
registerCommonJs()
register({
  onImport(url) {
    loaded.urls.add(url)
    loaded.changed()
  },
})
const source = new URL('../src/config/run-config.ts', import.meta.url)
const inWorkspace = !import.meta.url.includes('/node_modules/') && existsSync(source)
const { runConfig } = await import(
  inWorkspace ? source.href : new URL('../dist/config/run-config.js', import.meta.url).href
)
await runConfig(process.argv[2], loaded)
