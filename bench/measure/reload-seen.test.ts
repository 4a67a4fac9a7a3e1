import { expect, test } from 'vitest'
import { seenIn } from './reload-seen.ts'
import type { Answered } from './reload-clients.ts'

const limit = 1000
const saves = [
  { version: 2, at: 100 },
  { version: 3, at: 500 },
]

function answered(began: number, ended: number, version: number): Answered {
  return { began, ended, result: { version } }
}

test('the time of a save is until the end of the first answer of its code', () => {
  const answers = [answered(90, 95, 1), answered(110, 190, 2), answered(105, 180, 2), answered(510, 540, 3)]
  expect(seenIn(answers, saves, limit)).toEqual({
    millis: [80, 40],
    requests: 4,
    wrong: [],
    failed: 0,
    stale: 0,
    back: 0,
    missed: 0,
  })
})

test('old code may answer what was begun before the save, and nothing else', () => {
  const answers = [answered(99, 300, 1), answered(101, 120, 1), answered(102, 200, 2), answered(510, 540, 3)]
  const { stale, back, wrong } = seenIn(answers, saves, limit)
  expect({ stale, back, wrong }).toEqual({ stale: 1, back: 0, wrong: ['version 1 answered when 2 had been saved'] })
})

test('old code after the first answer of the new is counted apart', () => {
  const answers = [answered(101, 120, 2), answered(119, 130, 1), answered(121, 140, 1), answered(510, 540, 3)]
  const { stale, back } = seenIn(answers, saves, limit)
  expect({ stale, back }).toEqual({ stale: 2, back: 1 })
})

test('a request without a right answer has failed', () => {
  const refused: Answered = { began: 110, ended: 111, result: { wrong: 'ECONNREFUSED' } }
  const { failed, wrong } = seenIn([refused, answered(130, 140, 2), answered(510, 540, 3)], saves, limit)
  expect({ failed, wrong }).toEqual({ failed: 1, wrong: ['ECONNREFUSED'] })
})

test('code that never answers is missed, and counts as the limit', () => {
  const { millis, missed } = seenIn([answered(130, 140, 2), answered(510, 540, 2)], saves, limit)
  expect({ millis, missed }).toEqual({ millis: [40, limit], missed: 1 })
})

test('code that was overtaken has not been missed', () => {
  const { millis, missed } = seenIn([answered(510, 540, 3)], saves, limit)
  expect({ millis, missed }).toEqual({ millis: [440, 40], missed: 0 })
})
