import { expect, test } from 'vitest'
import { hashOf, screenOf } from '../../../ui/address.js'
import { Exchanges } from '../../../ui/exchanges.js'
import { recorded } from '../fixtures/recordings.ts'
import { summaryOf } from '../fixtures/page-server.ts'
import type { Recorded } from '../recorded.ts'

const exchange = (id: number, more: Partial<Recorded> = {}): ReturnType<typeof summaryOf> =>
  summaryOf(recorded({ id, ...more }))
const ids = (summaries: readonly { readonly id: number }[]): number[] => summaries.map(({ id }) => id)

test('the newest is first, in whatever order they are told; a second word on one replaces the first', () => {
  const exchanges = new Exchanges()
  exchanges.reset([exchange(1), exchange(3)])
  exchanges.put(exchange(2))
  exchanges.put(exchange(3, { target: '/again' }))
  expect(ids(exchanges.newestFirst())).toEqual([3, 2, 1])
  expect(exchanges.get(3)?.target).toBe('/again')
})

test('no more are kept than the server keeps: the oldest goes, a pinned one stays', () => {
  const exchanges = new Exchanges()
  exchanges.reset([exchange(1, { pinned: true }), exchange(2), exchange(3), exchange(4)])
  exchanges.trim(2)
  expect(ids(exchanges.newestFirst())).toEqual([4, 1])
  exchanges.clear()
  expect(ids(exchanges.newestFirst())).toEqual([1])
  exchanges.trim(0)
  expect(ids(exchanges.newestFirst())).toEqual([1])
})

test('while the list is stopped, new ones are counted, and those shown are kept up to date', () => {
  const exchanges = new Exchanges()
  exchanges.reset([exchange(1), exchange(2)])
  exchanges.stop(true)
  exchanges.put(exchange(3))
  exchanges.put(exchange(2, { target: '/known now' }))
  expect([ids(exchanges.shown()), exchanges.held, exchanges.shown()[0]?.target]).toEqual([[2, 1], 1, '/known now'])
  exchanges.clear()
  expect(exchanges.shown()).toEqual([])
  exchanges.stop(false)
  expect([exchanges.held, exchanges.isStopped]).toEqual([0, false])
})

test('the repetitions of an exchange, the oldest first', () => {
  const exchanges = new Exchanges()
  exchanges.reset([exchange(1), exchange(2, { replayOf: 1 }), exchange(3), exchange(4, { replayOf: 1 })])
  expect(ids(exchanges.replaysOf(1))).toEqual([2, 4])
})

test('the fragment of the address names what is shown', () => {
  for (const hash of ['', '#/findings', '#/12']) expect(hashOf(screenOf(hash))).toBe(hash)
  for (const hash of ['#', '#/0', '#/-1', '#/1x', '#/constructor']) expect(screenOf(hash)).toEqual({ name: 'list' })
})
