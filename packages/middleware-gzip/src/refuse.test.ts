import { reply } from '@fsgi/core'
import { describe, expect, test, vi } from 'vitest'
import { gzip } from './gzip.ts'
import { HTML, through } from './fixtures/exchange.ts'
import { text } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'

const app: App = () => reply(text(5000), { headers: HTML })

describe('refuse: true', () => {
  test.each(['identity;q=0', '*;q=0', 'identity;q=0, snappy', 'gzip;q=0, br;q=0, zstd;q=0, deflate;q=0, identity;q=0'])(
    'accept-encoding: %s is answered with 406, and the app is not called',
    async (field) => {
      const spy = vi.fn(app)
      const response = await through(gzip({ refuse: true }), spy, { 'accept-encoding': field })
      expect([response.status, response.headers.get('vary')]).toEqual([406, 'Accept-Encoding'])
      expect(await response.text()).toMatch(/^Not acceptable: content is available with the codings br, .*identity\n$/)
      expect(spy).not.toHaveBeenCalled()
    },
  )

  test.each(['', 'snappy', 'zstd;q=0', 'gzip;q=0', 'identity;q=0, gzip', '*', '*;q=0, identity'])(
    'accept-encoding: %s is not',
    async (field) => {
      expect((await through(gzip({ refuse: true }), app, { 'accept-encoding': field })).status).toBe(200)
    },
  )

  test('the body of a refused request stays unread', async () => {
    const pull = vi.fn()
    const request = new Request('http://localhost/', {
      method: 'POST',
      body: new ReadableStream({ pull }, { highWaterMark: 0 }),
      duplex: 'half',
      headers: { 'accept-encoding': 'identity;q=0' },
    } as RequestInit)
    const response = await gzip({ refuse: true })(app)(request, {} as never)
    expect([response.status, request.bodyUsed, pull.mock.calls.length]).toEqual([406, false, 0])
  })
})

test('without it such a client gets the content without a coding', async () => {
  const response = await through(gzip(), app, { 'accept-encoding': 'identity;q=0' })
  expect([response.status, response.headers.get('content-encoding')]).toEqual([200, null])
  expect(response.headers.get('vary')).toBe('Accept-Encoding')
})
