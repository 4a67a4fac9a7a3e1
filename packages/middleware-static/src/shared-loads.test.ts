import { expect, test } from 'vitest'
import { SharedLoads } from './shared-loads.ts'

/** Loads that end when they are told to. */
function loader(): { load: () => Promise<number>; started: () => number; end(result?: Error): Promise<void> } {
  let started = 0
  let settle: (result?: Error) => void = () => {}
  return {
    load: () => {
      const count = ++started
      return new Promise((resolve, reject) => {
        settle = (result) => (result === undefined ? resolve(count) : reject(result))
      })
    },
    started: () => started,
    async end(result) {
      settle(result)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('who asks while a load runs shares the next one, which begins after the question', async () => {
  const loads = new SharedLoads<number>()
  const { load, started, end } = loader()
  const first = loads.run('a', load)
  const others = Array.from({ length: 50 }, () => loads.run('a', load))
  expect(started()).toBe(1)
  await end()
  expect([await first, started()]).toEqual([1, 2])
  const third = loads.run('a', load)
  await end()
  expect(new Set(await Promise.all(others))).toEqual(new Set([2]))
  await end()
  expect([await third, started()]).toEqual([3, 3])
})

test('a failure is its own askers’, and the next load runs', async () => {
  const loads = new SharedLoads<number>()
  const { load, end } = loader()
  const first = expect(loads.run('a', load)).rejects.toThrow('disk')
  const second = loads.run('a', load)
  await end(new Error('disk'))
  await first
  await end()
  expect(await second).toBe(2)
})

test('names do not wait for each other, and nothing is kept', async () => {
  const loads = new SharedLoads<string>()
  expect(await Promise.all(['a', 'b'].map((name) => loads.run(name, async () => name)))).toEqual(['a', 'b'])
  expect(await loads.run('a', async () => 'again')).toBe('again')
})
