import { expect, test } from 'vitest'
import { answerOf, AtHand } from './at-hand.ts'
import { memory } from './memory-store.ts'

const copied = (bytes: Uint8Array): Uint8Array => bytes.slice()

test('is a promise for who waits, and gives each a copy', async () => {
  const kept = Uint8Array.of(1, 2)
  const answer: Promise<Uint8Array> = new AtHand(kept, copied)
  for (const given of [
    await answer,
    await answer.then((bytes) => bytes),
    await answer.catch(() => Uint8Array.of()),
    (await Promise.all([answer, answer]))[0],
  ]) {
    expect(given).toEqual(kept)
    expect(given).not.toBe(kept)
  }
  let finished = 0
  expect(await answer.finally(() => finished++)).toEqual(kept)
  expect(finished).toBe(1)
})

test('what a then throws is rejected', async () => {
  const answer = new AtHand(1).then(() => {
    throw new Error('later')
  })
  await expect(answer).rejects.toThrow('later')
})

test('who knows it gets the answer at once, also one that is false or null; of other promises there is none', async () => {
  expect(answerOf(new AtHand(false))).toBe(false)
  expect(answerOf(new AtHand(null))).toBe(null)
  const other = Promise.resolve(1)
  expect(answerOf(other)).toBe(other)
})

test('who waits for a record of memory() can change it, and the store does not see that', async () => {
  const store = memory()
  const call = { now: 0, signal: new AbortController().signal }
  const record = { verifierHash: Uint8Array.of(1), subject: null, data: Uint8Array.of(2), commitId: 'c' }
  await store.create('a', { ...record, createdAt: 0, idleAt: 10, absoluteAt: 10 }, call)
  const given = await store.read('a', call)
  given!.data[0] = 9
  expect((await store.read('a', call))!.data).toEqual(Uint8Array.of(2))
})
