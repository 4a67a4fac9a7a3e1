import { expect, test } from 'vitest'
import { startCollector } from './collector.ts'

test('no place is where one was before: apps number the events of a place, and a port is used again', async () => {
  const paths = new Set<string>()
  for (let run = 0; run < 3; run++) {
    const collector = await startCollector()
    for (let place = 0; place < 3; place++) paths.add(new URL(collector.events().url).pathname)
    await collector.close()
  }
  expect(paths.size).toBe(9)
})
