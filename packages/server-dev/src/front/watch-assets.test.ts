import { mkdirSync, symlinkSync, unlinkSync, renameSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeProject } from '../fixtures/project.ts'
import { until } from '../fixtures/until.ts'
import { watchAssets } from './watch-assets.ts'

test('each file for browsers that is saved is told by its name, once; nothing of others, of node_modules and of dot folders', async (t) => {
  const project = makeProject(t, {
    'public/app.css': 'a {}',
    'public/img/logo.svg': '<svg/>',
    'app.ts': '1',
    'node_modules/x/x.css': 'a {}',
    '.cache/y.css': 'a {}',
  })
  mkdirSync(project.path('public/deep'))
  symlinkSync('/', project.path('public/everything'))
  const told: string[] = []
  const errors: Error[] = []
  const watcher = watchAssets(project.folder, {
    tell: (event, name) => void told.push(`${event} ${name}`),
    failed: (error) => void errors.push(error),
  })
  t.onTestFinished(() => watcher.close())
  const settled = async (name: string): Promise<void> => {
    await until(
      () => told.some((text) => text.endsWith(name)),
      () => `${name}: ${told.join()}`,
    )
  }
  // written until the watcher is ready for it, which it does not need to tell
  await until(async () => {
    project.write('public/first.css', String(told.length))
    await new Promise((resolve) => setTimeout(resolve, 100))
    return told.includes('css first.css')
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  told.length = 0
  project.write('public/app.css', 'b {}')
  project.write('public/app.css', 'c {}')
  project.write('public/IMG.PNG', 'x')
  project.write('app.ts', '2')
  project.write('node_modules/x/x.css', 'b {}')
  project.write('.cache/y.css', 'b {}')
  project.write('public/next.tmp', '<svg></svg>')
  renameSync(project.path('public/next.tmp'), project.path('public/img/logo.svg'))
  await settled('app.css')
  await settled('logo.svg')
  unlinkSync(project.path('public/img/logo.svg'))
  project.write('public/deep/new/last.js', '1')
  await settled('last.js')
  expect([...told].toSorted()).toEqual(['asset IMG.PNG', 'asset last.js', 'asset logo.svg', 'css app.css'])
  expect(errors).toEqual([])
})
