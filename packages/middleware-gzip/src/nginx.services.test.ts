// A shared cache in front, as Debian has it, that must give each client the variant that it can decode.
import { reply } from '@fsgi/core'
import { serve } from '@fsgi/server-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { curl } from './fixtures/curl.ts'
import { gzip } from './gzip.ts'
import { HTML } from './fixtures/exchange.ts'
import { startNginx } from './fixtures/nginx.ts'
import { streamOf, text } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'
import type { GzipOptions } from './options.ts'

const CONTENT = text(50_000)

describe.each<[string, GzipOptions]>([
  ["etag: 'weaken'", {}],
  ["etag: 'suffix'", { etag: 'suffix' }],
  ['with a cache of its own', { etag: 'suffix', cache: 1_000_000 }],
])('behind nginx, %s', (_what, options) => {
  let server: Awaited<ReturnType<typeof serve>>
  let nginx: Awaited<ReturnType<typeof startNginx>>
  let asked: string[]

  const app: App = (request) => {
    const path = new URL(request.url).pathname
    asked.push(`${path} ${request.headers.get('accept-encoding')}`)
    const maxAge = path === '/stale' ? 0 : 60
    const headers = { ...HTML, etag: '"a"', 'cache-control': `max-age=${maxAge}` }
    if (/^(?:W\/)?"a"$/.test(request.headers.get('if-none-match') ?? '')) return reply(null, { status: 304, headers })
    if (path === '/stream') return new Response(streamOf(CONTENT.slice(0, 10_000), CONTENT.slice(10_000)), { headers })
    return reply(CONTENT, { headers })
  }

  beforeEach(async () => {
    asked = []
    server = await serve(gzip(options)(app), { port: 0 })
    nginx = await startNginx(server.url)
  })
  afterEach(async () => {
    await nginx?.stop()
    await server?.close({ limit: 0 })
  })

  test.each(['/', '/stream'])(
    '%s: each client gets what it can decode, the second time from the cache',
    async (path) => {
      // Whoever comes first, nobody gets the variant of another.
      const clients = ['gzip', null, 'br', 'deflate', 'gzip, br', 'identity', 'zz']
      const expected = ['gzip', undefined, 'br', 'deflate', 'br', undefined, undefined]
      for (const round of ['MISS', 'HIT']) {
        for (const [i, accept] of clients.entries()) {
          const { field, content } = await curl(nginx.url + path, accept)
          expect([field('content-encoding'), content === CONTENT]).toEqual([expected[i], true])
          expect(field('x-cache')).toBe(round)
        }
      }
      expect(asked.length).toBe(clients.length)
    },
  )

  test('a client that revalidates with the tag of its variant gets a 304 from the cache', async () => {
    for (const accept of ['gzip', 'br']) {
      const first = await curl(nginx.url, accept)
      const again = await curl(nginx.url, accept, '-H', `If-None-Match: ${first.field('etag')}`)
      expect([first.status, again.status, again.field('x-cache')]).toEqual([200, 304, 'HIT'])
    }
  })

  test('the cache revalidates each variant with its own tag, and goes on to serve it', async () => {
    for (let turn = 0; turn < 3; turn++) {
      for (const accept of ['gzip', 'br', null]) {
        const { status, field, content } = await curl(`${nginx.url}/stale`, accept)
        expect([status, field('content-encoding'), content === CONTENT]).toEqual([200, accept ?? undefined, true])
      }
    }
  })
})
