import { describe, expect, it } from 'vitest'
import { reply } from '@fsgi/core'
import { answerBody, answerFields, at, body, context, fields, tampered, withMembers } from './fixtures/tampered.ts'
import { caseApps } from './dispatcher/dispatcher.ts'
import { casesOf, checkServer, openSession, runServerCase } from './check-server.ts'
import { inProcess } from './hosts/in-process.ts'
import { report } from './dispatcher/probe.ts'
import { serverCases } from './cases.ts'
import type { Cleanup, Outcome } from '@fsgi/core'
import type { Mistake } from './fixtures/tampered.ts'

const shout = answerBody((text) => text.toUpperCase().replaceAll('\n', '\r\n'))
const whole = answerBody((text) => text)
const half = body((bytes) => bytes.slice(0, bytes.length / 2))
const swallowed = answerBody((text) => text.slice(0, text.length / 2))
const status = (change: (status: number) => number): Mistake => ({
  response: ({ status, headers, body }) =>
    new Response(change(status) === 204 ? null : body, { status: change(status), headers }),
})
const method = (change: (method: string) => string): Mistake => ({
  request: (request) => new Request(request, { method: change(request.method) }),
})
const details: Mistake = {
  response: (response) =>
    response.status === 500 ? new Response('TypeError: the secret at app.ts:1:1', { status: 500 }) : response,
}
const noSignal = context(() => ({ signal: new AbortController().signal }))
const noDefer = context(() => ({ defer: () => {} }))
const otherOutcome = (wrong: Partial<Outcome>): Mistake =>
  context(({ defer }) => ({ defer: (cleanup: Cleanup) => defer((outcome) => cleanup({ ...outcome, ...wrong })) }))
const twice: Mistake = {
  app: (app) => async (request, context) => {
    if (request.body === null) await (async () => app(request, context))().catch(() => {})
    return app(request, context)
  },
}
const anyReport = (error: unknown): void => {
  report(error)
  report(error)
}
const oneAtATime = (): Mistake => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    app: (app) => (request, context) => {
      if (request.headers.get('x-fsgi-case') !== 'values') return app(request, context)
      const next = last.then(() => app(request, context))
      last = next
      return next
    },
  }
}

/** Whatever the reason, the body of a request fails with an error of the server's own. */
const anotherReason: Mistake = {
  app: (app) => (request, context) => {
    const reader = request.body?.getReader()
    if (reader === undefined) return app(request, context)
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const read = await reader.read().catch(() => undefined)
        if (read === undefined) controller.error(new Error('the connection was lost'))
        else if (read.done) controller.close()
        else controller.enqueue(read.value)
      },
    })
    return app(new Request(request, { body, duplex: 'half' } as RequestInit), context)
  },
}

/** For each case a server that breaks it. Those that need a socket have none. */
const violators: Record<string, Mistake> = {
  U01: at((url) => url.split('?')[0]!),
  U02: method((name) => (name === 'PROPFIND' ? 'POST' : name)),
  U02b: method((name) => name.toUpperCase()),
  U03: method((name) => (name === 'HEAD' ? 'GET' : name)),
  U06: at((url) => url.replace('%2C', ',')),
  U07: at((url) => url.replace('%25', '%')),
  U08: at((url) => url.replace('%2f', '/')),
  U09: at((url) => url.replaceAll(/%../g, '')),
  U10: at((url) => url.replace('%BF', '%EF%BF%BD')),
  U11: at((url) => url.replace(/(\w)\/{2,}/g, '$1/')),
  U12: at((url) => url.replace('/b', '/a/../a/%2e%2e%2Fb')),
  U12b: at((url) => url.replace('/b', '/a/b')),
  U14: at((url) => url.replace(/\?$/, '')),
  U16: at((url) => url.replaceAll('%23', '#')),
  U20: at((url) => url.replace('[::1]:81', 'localhost')),
  U21: { facts: () => ({ encrypted: true }) },
  U22: fields((headers) => headers.delete('forwarded')),
  U24: at((url) => url.slice(0, 4096)),
  H01: fields((headers) => headers.delete('x-plain')),
  H02: fields((headers) => headers.delete('cookie')),
  H03: fields((headers) => headers.has('x-many') && headers.set('x-many', 'b')),
  H05: fields((headers) => headers.delete('authorization')),
  H06: fields((headers) => headers.set('x-big', headers.get('x-big')?.slice(0, 4096) ?? '')),
  H07: fields((headers) => headers.set('x-name', 'caf\u00c3\u00a9')),
  H09: fields((headers, { method }) => method === 'DELETE' && headers.set('content-length', '0')),
  H10: fields((headers) => headers.delete('content-length')),
  B01: fields((headers) => headers.delete('content-type')),
  B02: half,
  B03: body((bytes) => bytes),
  B04: half,
  B06: body((bytes) => (bytes.length === 0 ? 'null' : bytes)),
  B07: body((bytes) => new Uint8Array(bytes)),
  B10b: {
    app: (app) => async (request, context) => {
      const response = await app(request, context)
      return request.body === null || request.bodyUsed ? response : reply('read it', { status: 400 })
    },
  },
  B14: body((bytes) => bytes),
  B15: {
    app: (app) => async (request, context) => {
      if (request.body === null) return app(request, context)
      const text = await request.text()
      return app(Object.assign(new Request(request.url, request), { text: async () => text }), context)
    },
  },
  B16: body((bytes) => new TextDecoder().decode(bytes)),
  B17: half,
  B18: half,
  P01: answerFields((headers) => headers.delete('content-type')),
  P01b: shout,
  P01c: shout,
  P02: shout,
  P03: swallowed,
  P03b: swallowed,
  P03c: shout,
  P03d: swallowed,
  P03e: answerFields((headers) => headers.delete('content-type')),
  P03f: swallowed,
  P05: swallowed,
  P06: answerFields((headers) => headers.set('content-type', 'text/html')),
  P07: status((code) => (code === 404 ? 200 : code)),
  P08: status((code) => (code > 511 ? 500 : code)),
  P10: answerFields((headers) => headers.set('set-cookie', headers.getSetCookie().join(', '))),
  P11: answerFields((headers) => headers.set('x-foo', 'bar, baz')),
  P12: answerFields((headers) => headers.set('x-name', 'caf\u00c3\u00a9')),
  P13: answerBody((text) => text.split('\r\n\r\n').at(-1)!),
  P14: shout,
  P16: answerFields((headers) => headers.delete('content-length')),
  P19: whole,
  P20: { response: (response) => new Response('1234567890more', response) },
  P21: answerFields((headers) => headers.set('content-length', '0')),
  P22: answerFields((headers) => headers.set('content-length', '0')),
  P22b: answerFields((headers) => headers.delete('content-length')),
  P23: answerFields((headers) => headers.delete('content-length')),
  P24: {
    app: (app) => async (request, context) => {
      const response = await app(request, context)
      await response.body?.getReader().read()
      return new Response(null, response)
    },
  },
  P24b: answerFields((headers) => headers.set('content-length', '0')),
  P26: answerFields((headers) => headers.set('trailer', 'x-sum')),
  P28: swallowed,
  P31: answerFields((headers) => headers.delete('set-cookie')),
  P32: answerFields((headers) => headers.delete('location')),
  P33: {
    app: (app) => async (request, context) => {
      const response = await app(request, context)
      return response instanceof Response ? response : reply('what is this?', { status: 500 })
    },
  },
  P34: shout,
  P34b: shout,
  P35: whole,
  T01: whole,
  T02: whole,
  E01: details,
  E02: details,
  E03: details,
  E04: details,
  E05: details,
  E06: {
    app: (app) => async (request, context) => {
      const response = await app(request, context)
      return response.bodyUsed ? reply('the same') : response
    },
  },
  E07: whole,
  E08: whole,
  E09: whole,
  E12: { facts: () => ({ report: anyReport }) },
  E12b: { facts: () => ({ report: () => {} }) },
  E13: twice,
  X11: { facts: () => ({ report: () => {} }) },
  Y01: {
    app: (app) => async (request, context) => {
      const ended = new AbortController()
      context.defer(() => ended.abort())
      return app(request, withMembers(context, { signal: ended.signal }))
    },
  },
  Y02: noSignal,
  Y02b: noSignal,
  Y03: noSignal,
  Y04: anotherReason,
  Y05: noSignal,
  Y06: context(({ defer }) => ({ defer: (cleanup: Cleanup) => (defer(cleanup), defer(cleanup)) })),
  Y07: noDefer,
  Y08: noDefer,
  Y08b: { facts: () => ({ report: () => {} }) },
  Y09: otherOutcome({ status: 200 }),
  Y09b: otherOutcome({ aborted: false }),
  Y10: {
    app: (app) => async (request, context) => {
      const works: Promise<unknown>[] = []
      const response = await app(
        request,
        withMembers(context, { waitUntil: (work: Promise<unknown>) => works.push(work) }),
      )
      await Promise.all(works)
      return response
    },
  },
  Y11: { facts: () => ({ report: anyReport }) },
  Y12: noDefer,
  Y13: otherOutcome({ status: null }),
  C06: oneAtATime(),
  C08: {
    app: (app) => (request, context) => (
      context.signal.addEventListener('abort', () => context.report('left')),
      app(request, context)
    ),
  },
  X01: context(() => ({ tls: {} })),
  X02: { facts: () => ({ peerAddress: { address: '127.0.0.1', port: '80', family: 'IPv4' } as never }) },
  X03: { facts: () => ({ protocol: 'HTTP/2' }) },
  X04: { facts: (request) => ({ target: new URL(request.url).pathname }) },
  X05: context(() => ({ path: '/' })),
  X06: at((url) => url.replaceAll('%2F', '/')),
  X07: { app: (app) => (request, context) => (app as (...all: unknown[]) => Response)(request, context, {}) },
  X09: context((context) => ({ with: (values: object) => Object.assign(context, values) })),
  X10: context((context) => ({ with: (values: object) => withMembers(context, values) })),
  X13: { app: (app) => (request, context) => app(Object.assign(request, { ip: '127.0.0.1' }), context) },
  X14: context((context) => ({ with: () => withMembers(context, { defer: () => {} }) })),
  X15: { facts: (request) => ({ env: { HTTP_PROXY: request.headers.get('proxy') } }) },
  K02b: { facts: () => ({ sendInformational: () => {} }) },
}

const reporting = new Set(serverCases.filter((one) => one.tier === 'cap:report').map((one) => one.id))

async function findsIt(id: string): Promise<void> {
  const session = await openSession({ ...tampered(violators[id]!), declared: {} })
  const one = serverCases.find((one) => one.id === id)!
  const { error } = await runServerCase(one, 'bare', session)
  await session.close()
  expect(error).toBeInstanceOf(Error)
}

describe('the server suite', () => {
  it('gives every case an id of its own, and every app a name that exists', () => {
    const ids = serverCases.map((one) => one.id)
    expect(ids).toEqual([...new Set(ids)])
    for (const one of serverCases) if (one.app !== undefined) expect(caseApps[one.app]).toBeTypeOf('function')
  })

  it('has a violator for every case that is asked of a server without a socket', () => {
    expect(Object.keys(violators).toSorted()).toEqual(
      casesOf({ ...inProcess, modes: ['bare'] })
        .map(({ one }) => one.id)
        .toSorted(),
    )
  })

  it.concurrent.each(Object.keys(violators).filter((id) => !reporting.has(id)))(
    '%s finds a server that breaks it',
    { timeout: 20_000 },
    findsIt,
  )

  // A report does not say of which exchange it is: these run one at a time.
  it.each([...reporting])('%s finds a server that breaks it', findsIt)

  it('a case that is declared to fail must fail', async () => {
    const declared = { ...inProcess.declared, P07: 'it finds everything', U01: 'never true' }
    const host = {
      ...tampered(violators.P07!),
      tiers: new Set(['core'] as const),
      declared: { P07: declared.P07, U01: declared.U01 },
    }
    const byId = new Map((await checkServer(host)).map((result) => [result.case.id, result]))
    expect(byId.get('P07')).toMatchObject({ declared: 'it finds everything' })
    expect(byId.get('P07')?.error).toBeUndefined()
    expect(byId.get('U01')?.error?.message).toBe('U01 passes, but it is declared to fail: never true')
  })

  it('a declared failure of no case is a mistake in the declaration', async () => {
    await expect(checkServer({ ...inProcess, declared: { U99: 'gone' } })).rejects.toThrow('U99, which is no case')
  })

  it('fails a case where lint finds the server at fault', async () => {
    const session = await openSession(tampered(violators.X02!))
    const { error } = await runServerCase(
      serverCases.find((one) => one.id === 'U03')!,
      'lint',
      session,
    )
    await session.close()
    expect(error?.message).toMatch(/lint found: \[fsgi S10\]/)
  })
})
