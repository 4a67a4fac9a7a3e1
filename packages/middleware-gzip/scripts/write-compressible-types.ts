// Derives src/compressible-types.ts from mime-db, so that users do not install 200 kB of it for forty names.
// Run it after an update of mime-db: `pnpm exec tsx scripts/write-compressible-types.ts`. A test says when it is due.
import { createRequire } from 'node:module'
import { writeFileSync } from 'node:fs'

type MimeDb = Record<string, { compressible?: boolean }>

const require = createRequire(import.meta.url)
const db = require('mime-db') as MimeDb
const { version } = require('mime-db/package.json') as { version: string }

const byPattern = /^text\/|\+(?:json|text|xml|yaml)$/
const names = Object.keys(db).filter((name) => db[name]?.compressible === true && !byPattern.test(name))

const lines = [
  `// Written by scripts/write-compressible-types.ts from mime-db ${version}: do not edit.`,
  '',
  '/** What mime-db calls compressible, except what COMPRESSIBLE_PATTERN matches already. */',
  'export const COMPRESSIBLE_TYPES: readonly string[] = [',
  ...names.toSorted().map((name) => `  '${name}',`),
  ']',
  '',
]
writeFileSync(new URL('../src/compressible-types.ts', import.meta.url), lines.join('\n'))
