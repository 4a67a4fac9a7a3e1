import { fileURLToPath } from 'node:url'
import { stack } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'
import { session } from '@fsgi/middleware-session'
import { serveStatic } from '@fsgi/middleware-static'
import { openMessages } from './messages.ts'
import { site } from './site.ts'
import { visitor } from './visitor.ts'
import type { StartEntry } from '@fsgi/core'

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url))
const DATABASE = fileURLToPath(new URL('../guestbook.sqlite', import.meta.url))

export default {
  async start(host) {
    const setting = (name: string): string | undefined => (host.env[name] as string | undefined) ?? process.env[name]
    const messages = await openMessages(setting('GUESTBOOK_DB') ?? DATABASE)
    host.defer(() => messages.close())
    const { fetch } = site(messages, { seedable: setting('NODE_ENV') !== 'production' })
    return stack(gzip(), session({ schema: visitor }), serveStatic(PUBLIC))(fetch)
  },
} satisfies StartEntry
