import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { WatchedFolders } from './watched-folders.ts'
import { until } from '../fixtures/until.ts'
import type { TestHook } from '../fixtures/project.ts'

function watching({ onTestFinished }: { onTestFinished: TestHook }): {
  top: string
  folders: WatchedFolders
  told: string[]
} {
  const top = mkdtempSync(join(tmpdir(), 'fsgi-watched-'))
  const told: string[] = []
  const folders = new WatchedFolders(
    (path) => told.push(path),
    () => told.push('look'),
  )
  onTestFinished(() => {
    folders.close()
    rmSync(top, { recursive: true })
  })
  return { top, folders, told }
}

test('what is written at once after the call is told, and so is what happens to the folder itself', async (t) => {
  const { top, folders, told } = watching(t)
  const lib = join(top, 'lib')
  mkdirSync(lib)
  folders.watch([lib])
  writeFileSync(join(lib, 'a.ts'), '')
  await until(() => told.includes(join(lib, 'a.ts')))
  renameSync(lib, join(top, 'away'))
  await until(() => told.includes(lib))
})

test('a folder that is made anew is watched anew, also where it gets the number of the old one', async (t) => {
  const { top, folders, told } = watching(t)
  const lib = join(top, 'lib')
  folders.watch([lib])
  for (let round = 0; round < 5; round++) {
    mkdirSync(lib)
    folders.watch([lib])
    writeFileSync(join(lib, `${round}.ts`), '')
    await until(() => told.includes(join(lib, `${round}.ts`)))
    rmSync(lib, { recursive: true })
  }
})

test('CHOKIDAR_USEPOLLING looks now and then, where the system tells nothing', async (t) => {
  process.env['CHOKIDAR_USEPOLLING'] = '1'
  t.onTestFinished(() => void delete process.env['CHOKIDAR_USEPOLLING'])
  const { told } = watching(t)
  await until(() => told.includes('look'))
  expect(told.every((path) => path === 'look')).toBe(true)
})
