import { sqlite } from '@fsgi/middleware-session/sqlite'
import type { Host } from '@fsgi/core'
import type { Store } from './visit.ts'

export interface StoreSettings {
  readonly redisUrl: string | undefined
  readonly path: string
}

export async function openStore(host: Host, { path }: StoreSettings): Promise<Store> {
  const store = sqlite(path)
  host.defer(() => store.close())
  return store
}
