import { expect, test } from 'vitest'
import { callPath } from './call-path.ts'
import type { FrameView } from './view-frames.ts'

function frame(call: string, name: string, kind: FrameView['kind'] = 'project'): FrameView {
  return { call, kind, package: name, file: '/x.ts', place: 'x.ts', line: 1, column: 1 }
}

test('layers are called as their factories are, functions by their names, outermost first', () => {
  const frames = [
    frame('query', 'pg', 'library'),
    frame('async loadUser', 'shop'),
    frame('Object.handler [as fetch]', 'shop'),
    frame('async sessioned', '@fsgi/middleware-session', 'library'),
    frame('inner', '@fsgi/middleware-session', 'library'),
    frame('gzipped', '@fsgi/middleware-gzip', 'library'),
    frame('callApp', '@fsgi/core', 'library'),
    frame('emit', '', 'node'),
  ]
  expect(callPath(frames).map(({ name }) => name)).toEqual(['gzip', 'session', 'handler', 'loadUser', 'pg'])
})

test('functions without a name are left out', () => {
  expect(callPath([frame('<anonymous>', 'shop'), frame('', 'shop'), frame('new Store', 'shop')])).toEqual([
    { name: 'Store' },
  ])
})

test('layers that are known count, whatever the stack has kept of them; what the last one has called follows', () => {
  const frames = [frame('query', 'pg', 'library'), frame('handler', 'shop'), frame('auth', 'shop')]
  const names = (layers: string[]): string[] => callPath(frames, layers).map(({ name }) => name)
  expect(names(['gzip', 'session', 'auth', 'handler'])).toEqual(['gzip', 'session', 'auth', 'handler', 'pg'])
  expect(callPath(frames, ['gzip', 'auth', 'handler']).map(({ called }) => called)).toEqual([
    undefined,
    undefined,
    undefined,
    true,
  ])
  expect(names(['gzip', 'other'])).toEqual(['gzip', 'other'])
  expect(names(['app'])).toEqual(['auth', 'handler', 'pg'])
})
