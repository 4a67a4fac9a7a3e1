import { workload as hello } from './hello.ts'
import type { Workload } from '../workload.ts'

export const workload: Workload = {
  about: 'memory of an idle keep-alive connection, with 10,000 of them; the servers of hello',
  figure: 'bytes',
  parts: hello.parts,
  measure: async function* (parts, bench) {
    const { measureConnections } = await import('../measure/connections.ts')
    yield* measureConnections(parts, bench)
  },
}
