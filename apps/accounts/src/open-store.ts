import { redis } from '@fsgi/middleware-session/redis'
import { sqlite } from '@fsgi/middleware-session/sqlite'
import type { Host } from '@fsgi/core'
import type { RedisClient } from '@fsgi/middleware-session/redis'
import type { Store } from './visit.ts'

export interface StoreSettings {
  readonly redisUrl: string | undefined
  readonly path: string
}

/** Where sessions are kept: in Redis if there is a URL of one, else in a file. Closed when the server stops. */
export async function openStore(host: Host, { redisUrl, path }: StoreSettings): Promise<Store> {
  if (redisUrl !== undefined && redisUrl !== '') return redis(await connected(host, redisUrl))
  const store = sqlite(path)
  host.defer(() => store.close())
  return store
}

/** @throws {Error} if Redis is not there now. If it goes later, the client waits for it, and the session answers 503. */
async function connected(host: Host, url: string): Promise<RedisClient> {
  const { createClient } = await import('redis') // who has a file needs no Redis
  let wasThere = false
  try {
    const reconnectStrategy = (retries: number, cause: Error): number | Error =>
      wasThere ? Math.min(50 * 2 ** retries, 2000) : cause
    const client = createClient({ url, socket: { reconnectStrategy } })
    client.on('error', (error) => wasThere && host.report(error))
    await client.connect()
    wasThere = true
    host.defer(() => client.destroy()) // nothing is in flight any more
    return client
  } catch (cause) {
    // Not the whole URL: it may have a password in it.
    const where = URL.canParse(url) ? new URL(url).host : 'what is no URL'
    throw new Error(`cannot keep sessions in Redis at ${where}: set REDIS_URL to redis://host:6379`, { cause })
  }
}
