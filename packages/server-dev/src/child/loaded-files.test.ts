import { expect, test } from 'vitest'
import { fileOf, isOwn } from './loaded-files.ts'

test('the file of a module, without what follows it in the URL, on both kinds of systems', () => {
  expect(fileOf('file:///home/me/shop/a%20b.ts?v=1#x', false)).toBe('/home/me/shop/a b.ts')
  expect(fileOf('file:///C:/shop/src/a%20b.ts?v=1', true)).toBe('C:\\shop\\src\\a b.ts')
  expect(fileOf('file://server/share/app.ts', true)).toBe('\\\\server\\share\\app.ts')
  expect(fileOf('data:text/javascript,1')).toBeUndefined()
  expect(fileOf('node:fs')).toBeUndefined()
})

test.each([
  ['/shop/src/app.ts', true],
  ['/shop/node_modules.ts', true],
  ['/shop/my_node_modules/app.ts', true],
  ['/shop/node_modules/zod/index.js', false],
  ['C:\\shop\\src\\app.ts', true],
  ['C:\\shop\\node_modules\\zod\\index.js', false],
])("%s: one's own %s", (file, own) => {
  expect(isOwn(file)).toBe(own)
})
