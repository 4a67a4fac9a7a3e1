import { expect, test } from 'vitest'
import { z } from 'zod'
import { toFetch } from '@fsgi/core'
import { session } from './session.ts'

const schema = z.object({ n: z.number().default(0) })

test('G1: N parallel updates of one session give exactly N', async () => {
  const fetch = toFetch(
    session({ schema })(async (_request, context) => {
      const session = await context.session.open()
      session.update((data) => {
        data.n++
      })
      return new Response(String(session.data.n))
    }),
  )
  const first = await fetch(new Request('https://a.test/'))
  const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!
  await Promise.all(Array.from({ length: 400 }, () => fetch(new Request('https://a.test/', { headers: { cookie } }))))
  const last = await fetch(new Request('https://a.test/', { headers: { cookie } }))
  expect(await last.text()).toBe('402')
})
