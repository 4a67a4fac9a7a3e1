#!/usr/bin/env node
// Published: dist/cli.js. In the workspace, before any build: src/cli.ts, which Node 20 cannot run without tsx.
import { existsSync } from 'node:fs'

const source = new URL('../src/cli.ts', import.meta.url)
const inWorkspace = !import.meta.url.includes('/node_modules/') && existsSync(source)
if (inWorkspace) (await import('tsx/esm/api')).register()
const { runCli } = await import(inWorkspace ? source.href : new URL('../dist/cli.js', import.meta.url).href)
await runCli(process.argv)
