import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { environment } from './environment.ts'

const folder = mkdtempSync(join(tmpdir(), 'fsgi-env-'))
const file = join(folder, '.env')
afterAll(() => rmSync(folder, { recursive: true }))

test('the file is read below the real environment, and NODE_ENV is development', () => {
  writeFileSync(file, 'A=file\nB="two words"\n')
  expect(environment(file, { A: 'real' })).toEqual({ A: 'real', B: 'two words', NODE_ENV: 'development' })
})

test('there need not be a file', () => {
  expect(environment(join(folder, 'none'), { NODE_ENV: 'test' })).toEqual({ NODE_ENV: 'test' })
})

test('production is refused, wherever it is set, with what to do', () => {
  expect(() => environment(join(folder, 'none'), { NODE_ENV: 'production' })).toThrow(
    /production in the environment.*fsgi-serve/,
  )
  writeFileSync(file, 'NODE_ENV=production\n')
  expect(() => environment(file, {})).toThrow(`production in ${file}`)
})
