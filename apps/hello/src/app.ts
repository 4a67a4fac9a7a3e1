import { stack } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'
import { session } from '@fsgi/middleware-session'
import { serveStatic } from '@fsgi/middleware-static'
import { z } from 'zod'

const schema = z.object({ visits: z.number().default(0) })
const layers = stack(gzip(), session({ schema }), serveStatic('public'))

export default layers(async (_request, { session }) => {
  const visitor = await session.open()
  visitor.update((data) => void data.visits++)
  return new Response(`visit number ${visitor.data.visits}`)
})
