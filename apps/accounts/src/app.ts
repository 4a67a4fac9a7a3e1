import { fileURLToPath } from 'node:url'
import { accountsIn } from './accounts.ts'
import { attemptsIn } from './attempts.ts'
import { openDatabase } from './open-database.ts'
import { openStore } from './open-store.ts'
import { stackOf } from './stack-of.ts'
import type { StartEntry } from '@fsgi/core'

const ACCOUNTS = fileURLToPath(new URL('../accounts.sqlite', import.meta.url))
const SESSIONS = fileURLToPath(new URL('../sessions.sqlite', import.meta.url))

export default {
  async start(host) {
    const setting = (name: string): string | undefined => (host.env[name] as string | undefined) ?? process.env[name]
    const database = await openDatabase(setting('ACCOUNTS_DB') ?? ACCOUNTS)
    host.defer(() => void database.close())
    const store = await openStore(host, {
      redisUrl: setting('REDIS_URL'),
      path: setting('SESSIONS_DB') ?? SESSIONS,
    })
    return stackOf({ accounts: await accountsIn(database), attempts: attemptsIn(database), store })
  },
} satisfies StartEntry
