import { expect, test } from 'vitest'
import { changeSettings } from './change-settings.ts'
import { devOptions } from './dev-options.ts'

const settings = (options: object): ReturnType<typeof devOptions> => devOptions({ entry: 'app.ts', ...options })

test('what can change at once does, the rest is named', () => {
  const old = settings({ port: 1, lint: true, https: { key: 'k', cert: 'c' } })
  const next = settings({ port: 2, lint: false, editor: 'code', https: { key: 'k', cert: 'd' }, open: true })
  expect(changeSettings(old, next)).toEqual({ now: ['editor', 'lint'], later: ['https', 'port'] })
  expect(old).toEqual({ ...settings({ port: 1, lint: false, https: { key: 'k', cert: 'c' } }), editor: 'code' })
  expect(changeSettings(old, settings({}))).toEqual({ now: ['editor', 'lint'], later: ['https', 'port'] })
  expect(old.editor).toBeUndefined()
})

test('the same settings are no change', () => {
  expect(
    changeSettings(settings({ https: { key: 'k', cert: 'c' } }), settings({ https: { cert: 'c', key: 'k' } })),
  ).toEqual({
    now: [],
    later: [],
  })
})
