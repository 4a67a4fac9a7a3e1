import { workload as hello } from './hello.ts'
import type { Workload } from '../workload.ts'

export const workload: Workload = {
  about: 'from the start of the process to the end of its first answer; the servers of hello',
  figure: 'millis',
  parts: hello.parts,
  measure: async function* (parts, bench) {
    const { measureStart } = await import('../measure/start.ts')
    yield* measureStart(parts, bench)
  },
}
