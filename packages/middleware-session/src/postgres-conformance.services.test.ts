import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { throughRelay } from '@fsgi/conformance/store'
import { describeStore } from '@fsgi/conformance/store/vitest'
import { afterAll } from 'vitest'
import { postgres } from './postgres.ts'
import { PostgresServer } from './fixtures/postgres-server.ts'
import type { PoolConfig } from 'pg'

const server = await PostgresServer.start()
afterAll(() => server.stop())

const open = async (options: PoolConfig = {}) => {
  const pool = server.pool(options)
  const store = postgres(pool)
  await store.migrate()
  return { store, close: () => pool.end() }
}

const worker = fileURLToPath(new URL('fixtures/postgres-worker.ts', import.meta.url))

describeStore({
  name: 'postgres()',
  can: ['bySubject', 'sweep'],
  open: () => open(),
  worker: () => fork(worker, [server.folder, String(server.port)], { execArgv: ['--import', 'tsx'] }),
  faults: throughRelay(server, ({ host, port }) => open({ host, port, connectionTimeoutMillis: 1000 })),
})

describeStore({
  name: 'postgres() under SERIALIZABLE',
  can: ['bySubject', 'sweep'],
  open: () => open({ options: '-c default_transaction_isolation=serializable' }),
})
