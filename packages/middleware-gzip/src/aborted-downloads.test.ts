import { expect, test } from 'vitest'
import { abortDownloads } from './fixtures/abort-downloads.ts'

// `pnpm exec tsx scripts/abort-downloads.ts 100000` does it for as long as one likes.
test('1,000 downloads that are given up leave memory and handles where they were', async () => {
  const { before, after, started, cancelled, compressors, unfreed, reports } = await abortDownloads(1000)
  expect(started).toBeGreaterThan(700)
  expect(cancelled).toBe(started)
  expect(compressors).toBeGreaterThan(500)
  expect(unfreed).toBe(0)
  expect(after.handles).toBeLessThanOrEqual(before.handles + 2)
  // A compressor that is not freed keeps 256 KiB (gzip) and more (br): together some 300 MB.
  expect(after.external - before.external).toBeLessThan(50e6)
  expect(reports).toEqual([]) // clients that leave are no errors
}, 60_000)
