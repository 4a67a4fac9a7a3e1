import { expect, test } from 'vitest'
import { editHeaders, fileOf, markFile, reply } from './index.ts'
import type { FileBody } from './index.ts'

const file: FileBody = { size: 0, read: () => Promise.resolve(0) }
const marked = (): Response => new Response(markFile(new ReadableStream(), file))

test('a file is known by the stream, through copies of the response', () => {
  expect(fileOf(marked())).toBe(file)
  const first = marked()
  expect(fileOf(new Response(first.body, first))).toBe(file)
  const frozen = Object.defineProperty(marked(), 'headers', {
    value: Object.freeze(Response.redirect('http://x/').headers),
  })
  expect(fileOf(editHeaders(frozen, (headers) => headers.set('x-y', 'z')))).toBe(file)
})

test('S31: a file is not known once the stream was locked, read or transformed', async () => {
  const locked = marked()
  locked.body!.getReader()
  expect(fileOf(locked)).toBeUndefined()
  const cancelled = marked()
  await cancelled.body!.cancel()
  expect(fileOf(cancelled)).toBeUndefined()
  expect(fileOf(new Response(marked().body!.pipeThrough(new TransformStream())))).toBeUndefined()
})

test('other bodies are no files', () => {
  for (const other of [reply('x'), reply(null), new Response('x'), new Response(null)])
    expect(fileOf(other)).toBeUndefined()
})
