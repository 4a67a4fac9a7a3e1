#!/usr/bin/env node
// Published: dist/cli.js. In the repository, before any build: src/cli.ts through tsx, which then also loads .ts apps.
import { existsSync } from 'node:fs'

const source = new URL('../src/cli.ts', import.meta.url)
const inRepository = !import.meta.url.includes('/node_modules/') && existsSync(source)
if (inRepository) {
  // Both: without the first, an ES module named .js outside of a "type": "module" package does not load on Node 20.
  ;(await import('tsx/cjs/api')).register()
  ;(await import('tsx/esm/api')).register()
}
const { main } = await import(inRepository ? source.href : new URL('../dist/cli.js', import.meta.url).href)
await main(process.argv)
