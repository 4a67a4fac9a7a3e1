import { expect, test } from 'vitest'
import { defineConfig } from '../index.ts'

test('defineConfig gives back what it is given, and its type knows the options', () => {
  const config = { entry: 'src/app.ts', host: true, https: { key: 'k', cert: 'c' } } as const
  expect(defineConfig(config)).toBe(config)
  // @ts-expect-error -- not an option
  expect(defineConfig({ prot: 1 })).toEqual({ prot: 1 })
  // @ts-expect-error -- a number
  expect(defineConfig({ port: '1' })).toEqual({ port: '1' })
})
