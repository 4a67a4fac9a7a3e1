// Starts downloads of coded streams and gives them up, and says what the process holds before and after:
// `pnpm exec tsx scripts/abort-downloads.ts [count]`. It fails if memory or handles have grown.
import { abortDownloads } from '../src/fixtures/abort-downloads.ts'

const count = Number(process.argv[2] ?? 20_000)
const { before, after, started, cancelled, compressors, unfreed, reports } = await abortDownloads(count)
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
console.log(`${started} downloads started, ${cancelled} sources told, ${reports.length} errors reported`)
console.log(`${compressors} compressors made, ${unfreed} not freed`)
console.log(`handles ${before.handles} → ${after.handles}`)
console.log(`memory outside of the heap ${megabytes(before.external)} → ${megabytes(after.external)}`)
console.log(`resident ${megabytes(before.resident)} → ${megabytes(after.resident)}`)
const grew = after.handles > before.handles + 2 || after.external > before.external + 50e6
if (grew || unfreed > 0 || cancelled !== started || reports.length > 0) process.exitCode = 1
