import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { isCompressible, mediaType } from './compressible.ts'

const db = createRequire(import.meta.url)('mime-db') as Record<string, { compressible?: boolean }>

test('every type that mime-db calls compressible is, and no type that it calls incompressible', () => {
  const wrong = Object.entries(db).filter(
    ([type, { compressible }]) => compressible !== undefined && isCompressible(type) !== compressible,
  )
  expect(wrong).toEqual([])
})

test.each([
  ['text/html', true],
  ['text/html; charset=utf-8', true],
  ['TEXT/HTML;charset=utf-8', true],
  [' text/plain ', true],
  ['text/whatever', true],
  ['application/json', true],
  ['application/problem+json', true],
  ['application/vnd.api+json; ext="x"', true],
  ['image/svg+xml', true],
  ['application/x-ndjson', true],
  ['application/yaml', true],
  ['application/wasm', true],
  ['application/javascript', true],
  ['image/png', false],
  ['image/jpeg', false],
  ['video/mp4', false],
  ['font/woff2', false],
  ['application/zip', false],
  ['application/gzip', false],
  ['application/pdf', false],
  ['application/grpc', false],
  ['application/x-text/html', false],
  ['multipart/byteranges; boundary=x', false],
  ['nonsense', false],
  ['', false],
  [null, false],
])('%j: %s', (type, expected) => {
  expect(isCompressible(type)).toBe(expected)
})

test('a media type is what stands before the parameters, in lower case', () => {
  expect(mediaType('Text/HTML ; charset=UTF-8')).toBe('text/html')
  expect(mediaType('text/html')).toBe('text/html')
})
