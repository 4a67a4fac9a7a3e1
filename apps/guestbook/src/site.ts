import { Hono } from 'hono'
import { reply } from '@fsgi/core'
import { allMessages } from './all-messages.ts'
import { fromThisSite } from './from-this-site.ts'
import { postMessage } from './post-message.ts'
import { count, range } from './query.ts'
import { refuse } from './refuse.ts'
import { showPage } from './show-page.ts'
import type { Messages } from './messages.ts'
import type { SiteContext } from './site-context.ts'

/** The page and the API: a small Hono app, as there is no router in FSGI. `seedable` opens `GET /api/seed`. */
export function site(messages: Messages, { seedable }: { seedable: boolean }): Hono<{ Bindings: SiteContext }> {
  const app = new Hono<{ Bindings: SiteContext }>()

  app.get('/', (c) => showPage(messages, c.env, { before: c.req.query('before') }))

  app.get('/api/messages', (c) => {
    const query = range.safeParse(c.req.query())
    if (!query.success) return refuse(400, 'The query is not valid.', { error: query.error })
    return allMessages(messages, query.data)
  })

  app.post('/api/messages', (c) => postMessage(messages, c.req.raw, c.env))

  app.get('/api/visits', async (c) => {
    const session = await c.env.session.open()
    session.update((visitor) => void visitor.visits++)
    return reply.json({ visits: session.data.visits }, { headers: { 'cache-control': 'no-store' } })
  })

  if (seedable) {
    app.get('/api/seed', (c) => {
      if (!fromThisSite(c.req.raw)) return refuse(403, 'Another site asked for this.')
      const query = count.safeParse(c.req.query())
      if (!query.success) return refuse(400, 'The query is not valid.', { error: query.error })
      messages.seed(query.data.n)
      return reply.json({ added: query.data.n })
    })
  }

  app.all('/', () => refuse(405, 'Only GET is of use here.', { headers: { allow: 'GET, HEAD' } }))
  app.all('/api/visits', () => refuse(405, 'Only GET is of use here.', { headers: { allow: 'GET, HEAD' } }))
  app.all('/api/messages', () =>
    refuse(405, 'Only GET and POST are of use here.', { headers: { allow: 'GET, HEAD, POST' } }),
  )
  app.notFound(() => refuse(404, 'There is nothing here.'))
  app.onError((error) => {
    throw error // the server above reports it and answers 500
  })
  return app
}
