import { Exchange, callApp, endWithBody } from '@fsgi/core/server'
import { describe, expect, it } from 'vitest'
import { Exchanges } from './exchanges.ts'
import { MOST_KEPT } from './kept-request.ts'
import { makeRedaction } from './redaction.ts'
import type { Call, Recording } from './recorded.ts'
import type { Ongoing } from './exchanges.ts'

const make = (): Exchanges => new Exchanges({ redaction: makeRedaction(), version: () => 1 })

/** An exchange from its begin to its end; the app reads what it is sent. */
async function exchange(exchanges: Exchanges, init: RequestInit = {}, target = '/'): Promise<Ongoing> {
  const request = new Request(`http://localhost${target}`, {
    ...init,
  })
  const own = new Exchange(
    {
      peerAddress: null,
      remoteAddress: null,
      localAddress: null,
      protocol: 'HTTP/1.1',
      encrypted: false,
      target,
      pathname: '/',
      mount: '',
      env: {},
    },
    { report() {}, waitUntil() {} },
  )
  let ongoing: Ongoing | undefined
  const response = await callApp(
    async (given, context) => {
      ongoing = exchanges.begin(given, context)
      return ongoing.answered(new Response(await ongoing.request.text()))
    },
    request,
    own,
  )
  await endWithBody(response, own, request.method).text()
  return ongoing!
}

function recordingOf(id: number, characters: number): Recording {
  const body = { kind: 'bytes', size: 3 } as const
  const top: Call = {
    layer: 'app',
    began: 1,
    ended: 2,
    context: {},
    calls: [],
    request: { method: 'GET', url: 'http://h/', fields: [], body: { kind: 'none' } },
    response: { status: 200, statusText: '', fields: [], body },
  }
  return { id, version: 2, top, events: [], over: true, characters }
}
const ids = (exchanges: Exchanges): number[] => exchanges.list().exchanges.map(({ id }) => id)

describe('what is kept', () => {
  it('are the last thousand exchanges, and the pinned ones', async () => {
    const exchanges = make()
    for (let i = 0; i < 1010; i++) {
      await exchange(exchanges)
      if (i === 2) exchanges.pin(3, true)
    }
    expect(ids(exchanges)).toHaveLength(1000)
    expect(ids(exchanges).slice(0, 3)).toEqual([3, 12, 13])
    expect(exchanges.get(1)).toBeUndefined()
    expect(exchanges.pin(1, true)).toBe(false)
  })

  it('is bounded by the size of what is recorded, too', async () => {
    const exchanges = make()
    for (let id = 1; id <= 300; id++) {
      await exchange(exchanges)
      exchanges.heard(recordingOf(id, 250_000))
    }
    expect(ids(exchanges)).toHaveLength(192) // 48,000,000 characters
    expect(ids(exchanges).at(-1)).toBe(300)
    exchanges.clear()
    for (let id = 301; id <= 400; id++) {
      await exchange(exchanges)
      for (let more = 0; more < 5; more++) exchanges.heard(recordingOf(id, 250_000)) // the same once more counts once
    }
    expect(ids(exchanges)).toHaveLength(100)
  })

  it('is what the process said last, in what the page gets', async () => {
    const exchanges = make()
    await exchange(exchanges)
    exchanges.heard(recordingOf(1, 10))
    exchanges.heard(recordingOf(99, 10)) // one that is not known
    expect(exchanges.get(1)).toMatchObject({
      version: 2,
      top: { layer: 'app' },
      outcome: { status: 200, aborted: false },
    })
    expect(exchanges.summary(1)).toMatchObject({ status: 200, size: 3, errors: 0 })
  })
})

describe('the request that is kept to be sent again', () => {
  const text = (size: number): string => 'x'.repeat(size)

  it('has its body as it was sent, up to 64 KiB', async () => {
    const exchanges = make()
    await exchange(
      exchanges,
      { method: 'PUT', body: text(MOST_KEPT), headers: { cookie: 'a=secret' } },
      '/a?token=secret',
    )
    for (let times = 0; times < 2; times++) {
      const again = exchanges.kept(1)!.again()
      expect([again.method, again.url, again.headers.get('cookie')]).toEqual([
        'PUT',
        'http://localhost/a?token=secret',
        'a=secret',
      ])
      expect(await again.text()).toBe(text(MOST_KEPT))
    }
    await exchange(exchanges, { method: 'PUT', body: text(MOST_KEPT + 1) })
    expect(() => exchanges.kept(2)!.again()).toThrow('its body is larger than 64 KiB')
    expect(JSON.stringify([exchanges.list(), exchanges.get(1)])).not.toContain('secret')
  })

  it('is copied as it passes, not ahead: what nobody reads is not asked for', async () => {
    let pulls = 0
    const body = new ReadableStream(
      { pull: (controller) => (pulls++, controller.enqueue(new Uint8Array(10))) },
      { highWaterMark: 0 },
    )
    const request = new Request('http://h/', { method: 'POST', body, duplex: 'half' } as RequestInit)
    const context = new Exchange(
      {
        peerAddress: null,
        remoteAddress: null,
        localAddress: null,
        protocol: 'HTTP/1.1',
        encrypted: false,
        target: '/',
        pathname: '/',
        mount: '',
        env: {},
      },
      { report() {}, waitUntil() {} },
    ).context
    const exchanges = make()
    const ongoing = exchanges.begin(request, context)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(pulls).toBe(0)
    const reader = ongoing.request.body!.getReader()
    await reader.read()
    expect(pulls).toBe(1)
    expect(() => exchanges.kept(1)!.again()).toThrow('the application has not read all of its body')
    const reason = new Error('enough')
    await reader.cancel(reason)
  })

  it('gives way where all bodies together are more than 16 MiB, the oldest first', async () => {
    const exchanges = make()
    for (let i = 0; i < 300; i++) await exchange(exchanges, { method: 'POST', body: text(60_000) })
    expect(() => exchanges.kept(1)!.again()).toThrow('its body has made room for others')
    const held = Array.from({ length: 300 }, (_, i) => exchanges.kept(i + 1)!.held)
    expect(held.reduce((a, b) => a + b)).toBeLessThanOrEqual(16 * 1024 * 1024)
    expect(held.slice(-270).every((bytes) => bytes === 60_000)).toBe(true)
    exchanges.clear()
    for (let i = 0; i < 270; i++) await exchange(exchanges, { method: 'POST', body: text(60_000) })
    expect(await exchanges.kept(301)!.again().text()).toBe(text(60_000)) // what was forgotten counts no more
  })
})
