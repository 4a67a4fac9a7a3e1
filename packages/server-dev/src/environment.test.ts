import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { environment, environmentFiles } from './environment.ts'

let folder: string
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'fsgi-env-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('the file is read below the real environment, and NODE_ENV is development', () => {
  write('.env', 'A=file\nB="two words"\n')
  expect(environment(folder, { A: 'real' })).toEqual({ A: 'real', B: 'two words', NODE_ENV: 'development' })
})

test('there need not be a file', () => {
  expect(environment(folder, { NODE_ENV: 'test' })).toEqual({ NODE_ENV: 'test' })
})

test('.env, .env.development, .env.local, .env.development.local: each wins over those before', () => {
  const names = ['.env', '.env.development', '.env.local', '.env.development.local']
  expect(environmentFiles(folder, {})).toEqual(names.map((name) => join(folder, name)))
  for (const [place, name] of names.entries()) {
    write(name, Array.from({ length: names.length - place }, (_, index) => `V${index}=${name}`).join('\n'))
  }
  const [all, development, local, ownDevelopment] = names
  const expected = { V0: ownDevelopment, V1: local, V2: development, V3: all }
  expect(environment(folder, {})).toEqual({ ...expected, NODE_ENV: 'development' })
  expect(environment(folder, { V0: 'real' })).toMatchObject({ V0: 'real', V1: local })
})

test('another NODE_ENV has files of its own', () => {
  write('.env.development', 'A=development')
  write('.env.test', 'A=test')
  expect(environment(folder, { NODE_ENV: 'test' })).toEqual({ A: 'test', NODE_ENV: 'test' })
  write('.env', 'NODE_ENV=staging') // what a file says is for the application: it does not choose files
  expect(environment(folder, {})).toEqual({ A: 'development', NODE_ENV: 'staging' })
})

test('production is refused, wherever it is set, with what to do', () => {
  expect(() => environment(folder, { NODE_ENV: 'production' })).toThrow(/production in the environment.*fsgi-serve/)
  for (const name of ['.env', '.env.local']) {
    write(name, 'NODE_ENV=production\n')
    expect(() => environment(folder, {})).toThrow(`production in ${join(folder, name)}`)
    expect(environment(folder, { NODE_ENV: 'development' })).toEqual({ NODE_ENV: 'development' })
    rmSync(join(folder, name))
  }
  write('.env.production', 'A=1\n') // not read at all
  expect(environment(folder, {})).toEqual({ NODE_ENV: 'development' })
})
