import { expect, test } from 'vitest'
import { call } from '../fixtures/recordings.ts'
import { lengthOf, ownStretches } from '../../../ui/own-time.js'

test('a layer is alone with its time where it calls nothing', () => {
  expect(ownStretches(call('handler', 2, 5), 9)).toEqual([{ part: 'alone', from: 2, to: 5 }])
})

test('the call below is taken off: before it is the way down, after it the way up', () => {
  const gzip = call('gzip', 1, 10, { calls: [call('handler', 3, 8)] })
  expect(ownStretches(gzip, 99)).toEqual([
    { part: 'down', from: 1, to: 3 },
    { part: 'up', from: 8, to: 10 },
  ])
  expect(lengthOf(ownStretches(gzip, 99))).toBe(4)
  expect(lengthOf(ownStretches(gzip, 99), 'up')).toBe(2)
})

test('what lies between two tries is neither down nor up', () => {
  const retry = call('retry', 0, 20, { calls: [call('handler', 1, 5), call('handler', 9, 18)] })
  expect(ownStretches(retry, 99)).toEqual([
    { part: 'down', from: 0, to: 1 },
    { part: 'between', from: 5, to: 9 },
    { part: 'up', from: 18, to: 20 },
  ])
})

test('calls at the same time are taken off once, in whatever order they are told', () => {
  const race = call('race', 0, 10, { calls: [call('b', 4, 8), call('a', 2, 6)] })
  expect(lengthOf(ownStretches(race, 99))).toBe(4)
  const within = call('race', 0, 10, { calls: [call('a', 1, 9), call('b', 2, 3)] })
  expect(ownStretches(within, 99)).toEqual([
    { part: 'down', from: 0, to: 1 },
    { part: 'up', from: 9, to: 10 },
  ])
})

test('a call that goes on after its caller has answered ends with it', () => {
  const timeout = call('timeout', 0, 10, { calls: [call('handler', 1, undefined)] })
  expect(ownStretches(timeout, 50)).toEqual([{ part: 'down', from: 0, to: 1 }])
})

test('what has not ended lasts until now', () => {
  expect(ownStretches(call('handler', 2, undefined), 30)).toEqual([{ part: 'alone', from: 2, to: 30 }])
})
