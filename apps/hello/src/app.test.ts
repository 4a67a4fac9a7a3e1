import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import app from './app.ts'

test('greets', async () => {
  const response = await dispatch(lint(app), '/caf%C3%A9?name=Ada')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8')
  expect(await response.text()).toBe('Hello, Ada! This is /café\n')
})

test('greets the world if no name is given', async () => {
  expect(await (await dispatch(app, '/')).text()).toBe('Hello, world! This is /\n')
})

test('a long answer is compressed', async () => {
  const name = 'a'.repeat(5000)
  const request = new Request(`http://localhost/?name=${name}`, { headers: { 'accept-encoding': 'gzip' } })
  const response = await dispatch(lint(app), request)
  expect(response.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(await response.arrayBuffer()).toString()).toBe(`Hello, ${name}! This is /\n`)
})
