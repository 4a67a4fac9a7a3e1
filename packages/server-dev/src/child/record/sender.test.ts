import { expect, it } from 'vitest'
import { makeSender } from './sender.ts'
import type { FromChild } from '../../messages.ts'

const recording = (id: number) => ({ id, version: 1, events: [], over: true, characters: 100_000 })

it('leaves recordings out while the server does not take them, and says how many', () => {
  const sent: FromChild[] = []
  const taken: (() => void)[] = []
  const post = makeSender((message, done) => {
    sent.push(message)
    taken.push(done)
  })
  for (let id = 0; id < 100; id++) post(recording(id))
  expect(sent.length).toBeLessThan(25)
  const before = sent.length
  for (const done of taken.splice(0)) done()
  expect(sent.at(-1)).toEqual({ type: 'left-out', recordings: 100 - before })
  post(recording(100))
  expect(sent.at(-1)).toMatchObject({ type: 'exchange', recording: { id: 100 } })
})
