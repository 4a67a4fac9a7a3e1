import { devServers, startDevServer } from './reload-servers.ts'
import type { Exchange } from '../exchange.ts'
import type { Workload } from '../workload.ts'

const exchange: Exchange = { path: '/', answer: { status: 200, body: '1 hello world', headers: {} } }

export const workload: Workload = {
  about: 'development servers: from saving a module to the first answer of the new code, under requests all along',
  figure: 'millis',
  base: 'node --watch',
  parts: {
    '': {
      exchange,
      servers: Object.fromEntries(
        Object.entries(devServers).map(([name, server]) => [name, startDevServer(server, exchange)]),
      ),
    },
  },
  measure: async function* (parts, bench) {
    const { measureReload } = await import('../measure/reload.ts')
    yield* measureReload(parts, bench)
  },
}
