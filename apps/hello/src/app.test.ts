import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import type { App } from '@fsgi/core'

const here = process.cwd()
let app: App
beforeAll(async () => {
  process.chdir(fileURLToPath(new URL('..', import.meta.url))) // `public` is below it, as when the app is run
  app = lint((await import('./app.ts')).default)
})
afterAll(() => process.chdir(here))

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  dispatch(app, new Request(`http://localhost${path}`, { headers }))

test('counts the visits of a session', async () => {
  const first = await get('/')
  expect(await first.text()).toBe('visit number 1')
  const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!
  expect(await (await get('/', { cookie })).text()).toBe('visit number 2')
  expect(await (await get('/')).text()).toBe('visit number 1')
})

test('serves its file, whole, in part, and not again', async () => {
  const file = await get('/hello.svg')
  expect(file.headers.get('content-type')).toBe('image/svg+xml')
  expect(await file.text()).toContain('<title>Hello</title>')
  expect((await get('/hello.svg', { 'if-none-match': file.headers.get('etag')! })).status).toBe(304)
  expect(await (await get('/hello.svg', { range: 'bytes=0-3' })).text()).toBe('<svg')
})

test('is what the README shows, in at most 15 lines', () => {
  const source = readFileSync(new URL('app.ts', import.meta.url), 'utf8')
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(15)
  expect(readme).toContain(`\`\`\`ts\n${source.replace('// prettier-ignore\n', '')}\`\`\``)
})
