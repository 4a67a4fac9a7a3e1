import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { declarationImports } from './declaration-imports.ts'

test('a declaration may name what is installed with it, and nothing else', () => {
  const root = mkdtempSync(join(tmpdir(), 'fsgi-declarations-'))
  mkdirSync(join(root, 'packages/one/dist'), { recursive: true })
  const lines = [
    "import type { App } from '@fsgi/core'",
    "import type { Socket } from 'node:net'",
    "export * from './two.ts'",
    "export declare const pool: import('pg').Pool",
    "export declare const schema: import('zod/mini').ZodMiniString",
    "import * as z from 'zod'",
  ]
  writeFileSync(join(root, 'packages/one/dist/index.d.ts'), lines.join('\n'))
  const manifest = { name: 'one', version: '1.0.0', dependencies: { '@fsgi/core': '1' }, peerDependencies: { pg: '8' } }
  expect(declarationImports({ folder: 'packages/one', manifest }, ['index.d.ts'], root)).toEqual([
    'packages/one/dist/index.d.ts imports zod/mini, which is not installed with the package',
    'packages/one/dist/index.d.ts imports zod, which is not installed with the package',
  ])
  rmSync(root, { recursive: true })
})
