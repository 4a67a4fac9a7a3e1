import { reply, stack } from '@fsgi/core'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { testRecorder } from './fixtures/recording.ts'
import type { App, Middleware } from '@fsgi/core'

const again = (times: number): Middleware =>
  function again(app) {
    return async (request, context) => {
      for (let i = 1; i < times; i++) await app(request, context)
      return app(request, context)
    }
  }

it('says what it leaves out where a layer calls, registers, sends or throws without end', async () => {
  const recorder = testRecorder()
  const app: App = (_request, context) => {
    for (let i = 0; i < 10; i++) context.defer(() => {})
    return reply('x', {
      headers: Array.from({ length: 150 }, (_, i) => [`x-${i}`, 'v'.repeat(5000)] as [string, string]),
    })
  }
  const { recording, top, text } = await recorder.send(stack(again(300))(app))
  expect(text).toBe('x')
  expect(top.calls).toHaveLength(199)
  expect(recording.events).toHaveLength(200)
  expect(recording.omitted).toMatch(/\d+ characters/)
  expect(recording.omitted).toMatch(/\d+ fields/)
  expect(recording.omitted).toMatch(/101 calls/)
  expect(recording.omitted).toMatch(/\d+ events/)
  expect(JSON.stringify(recording).length).toBeLessThan(800_000)
  expect(Math.max(...top.response!.fields.map(([, value]) => value.length))).toBe(2001)
})

it('cuts an error with a long message, and keeps what caused it', async () => {
  const recorder = testRecorder()
  const app: App = () => {
    throw new Error('m'.repeat(1_000_000), { cause: new Error('why') })
  }
  const { top } = await recorder.send(stack(again(1))(app), '/', { report() {} })
  expect(top.error!.message).toHaveLength(2001)
  expect(top.error!.cause!.message).toBe('why')
})

it('keeps nothing of an exchange that is over, even where something goes on that was begun in it', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const recorder = testRecorder()
  const timers: NodeJS.Timeout[] = []
  const app: App = () => {
    timers.push(setInterval(() => {}, 1000)) // a pool that was opened, say: it holds on to the async scope
    return reply('x', {
      headers: Array.from({ length: 50 }, (_, i) => [`x-${i}`, 'v'.repeat(1000)] as [string, string]),
    })
  }
  const heap = async (requests: number): Promise<number> => {
    for (let i = 0; i < requests; i++) await recorder.send(stack(again(2))(app))
    recorder.posted.length = 0
    collect()
    return process.memoryUsage().heapUsed
  }
  await heap(50)
  const before = await heap(50)
  const grown = (await heap(300)) - before
  for (const timer of timers) clearInterval(timer)
  expect(grown / 300).toBeLessThan(10_000) // bytes; a recording is 150,000
})
