import { describe, expect, it } from 'vitest'
import { checks } from './checks.ts'
import { Exchange } from '../server/exchange.ts'
import { lint } from './lint.ts'
import { reply } from '../reply.ts'
import { withSignal } from '../derive.ts'
import type { App } from '../app.ts'
import type { CheckName } from './checks.ts'
import type { Context } from '../context.ts'
import type { Facts } from '../server/exchange.ts'
import type { Finding } from './finding.ts'
import type { LintOptions } from './lint.ts'

const get = (path = '/a'): Request => new Request(`http://h${path}`)
const post = (): Request => new Request('http://h/a', { method: 'POST', body: 'x' })
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const streamOf = (...chunks: unknown[]): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk as Uint8Array<ArrayBuffer>)
      controller.close()
    },
  })
const typed = { 'content-type': 'text/plain' }

function contextFor(request: Request, changes: Partial<Facts> = {}): Context {
  const facts: Facts = {
    peerAddress: { address: '127.0.0.1', port: 50000, family: 'IPv4' },
    remoteAddress: null,
    localAddress: null,
    protocol: 'HTTP/1.1',
    encrypted: false,
    target: '/a',
    pathname: new URL(request.url).pathname,
    mount: '',
    env: {},
    ...changes,
  }
  return new Exchange(facts, { report() {}, waitUntil() {} }).context
}

type Run = (linted: (app: App, options?: LintOptions) => App) => unknown

/** What is found while `run` runs with apps that are linted in `warn` mode, and all that it gives is read to its end. */
async function findings(run: Run): Promise<Finding[]> {
  const found: Finding[] = []
  try {
    const result = await run((app, options) =>
      lint(app, { mode: 'warn', onFinding: (finding) => found.push(finding), ...options }),
    )
    if (result instanceof Response && !result.bodyUsed && result.body?.locked === false) await result.arrayBuffer()
  } catch {
    // a breach may well have consequences
  }
  return found
}

/** Calls an app with a good request and context. */
const call =
  (app: unknown, request = get()): Run =>
  (linted) =>
    linted(app as App)(request, contextFor(request))
/** Calls a good app with what a bad caller gives. */
const callWith =
  (request: unknown, context: unknown = contextFor(get())): Run =>
  (linted) =>
    linted(() => reply('hi'))(request as Request, context as Context)
/** Answers with these fields. */
const fields = (headers: Record<string, string>, body: string | null = null, status = 200): Run =>
  call(() => reply(body, { status, headers }))

const read = new Response('x', { headers: typed })
await read.text()
const locked = new Response('x', { headers: typed })
locked.body!.getReader()
const cached = reply('x')
const twice: Run = async (linted) => {
  const app = linted(() => cached)
  await app(get(), contextFor(get()))
  return app(get(), contextFor(get()))
}
const usedRequest = post()
await usedRequest.text()
const lockedRequest = post()
lockedRequest.body!.getReader()

/** A response with a status that forbids a body, although it has one, as only a library that goes round Fetch makes it. */
function bodyless(status: number): Response {
  return Object.defineProperty(new Response('x', { headers: typed }), 'status', { value: status })
}

/** A middleware between two linted apps. */
const between =
  (middleware: (app: App) => App, request = get()): Run =>
  (linted) =>
    linted(middleware(linted(() => reply('hi'))))(request, contextFor(request))

const foreign: (app: App) => App = (app) => {
  const other = contextFor(get())
  return (request) => app(request, other)
}
const again: (app: App) => App = (app) => async (request, context) => {
  await app(request, context)
  return app(request, context)
}
const againCloned: (app: App) => App = (app) => async (request, context) => {
  await app(request.clone(), context)
  return app(request, context)
}
const rewritten = new Request('http://h/b')

/** For each check a minimal breach, and a twin that is as near to it as a conforming one can be. */
const pairs: Record<CheckName, readonly [breach: Run, twin: Run][]> = {
  'context-missing': [[callWith(get(), null), callWith(get())]],
  'request-genuine': [
    [callWith({ method: 'GET', url: 'http://h/a', headers: new Headers() }), callWith(get())],
    [callWith(Object.create(Request.prototype)), callWith(new (class extends Request {})('http://h/a'))],
  ],
  'request-body-used': [
    [callWith(usedRequest), callWith(post())],
    [callWith(lockedRequest), callWith(post())],
  ],
  'request-body-twice': [
    [between(again, post()), between(again)],
    [between(again, post()), between(againCloned, post())],
  ],
  'request-url': [
    [callWith(new Request('ftp://h/a')), callWith(new Request('https://h/a'))],
    [callWith(new Request('http://h/a#b')), callWith(new Request('http://h/a?b'))],
  ],
  'request-method-case': [
    [
      callWith(new Request('http://h/a', { method: 'patch' })),
      callWith(new Request('http://h/a', { method: 'custom' })),
    ],
  ],
  'context-members': [
    [
      callWith(get(), contextFor(get(), { protocol: 'h2' as never })),
      callWith(get(), contextFor(get(), { protocol: 'HTTP/2' })),
    ],
    [
      callWith(get(), contextFor(get(), { peerAddress: '127.0.0.1' as never })),
      callWith(get(), contextFor(get(), { peerAddress: null })),
    ],
    [
      callWith(get(), contextFor(get(), { sendInformational: true as never })),
      callWith(get(), contextFor(get(), { sendInformational() {} })),
    ],
  ],
  'context-mount': [
    [
      callWith(get('/apple'), contextFor(get('/apple'), { mount: '/app' })),
      callWith(get('/app/le'), contextFor(get('/app/le'), { mount: '/app' })),
    ],
    [
      callWith(get('/a/'), contextFor(get('/a/'), { mount: '/a/' })),
      callWith(get('/a/'), contextFor(get('/a/'), { mount: '/a' })),
    ],
  ],
  'context-path': [
    [callWith(rewritten, contextFor(get())), callWith(rewritten, contextFor(rewritten))],
    [
      between((app) => (_request, context) => app(rewritten, context)),
      between((app) => (request, context) => app(new Request(request, { headers: { a: 'b' } }), context)),
    ],
  ],
  'context-brand': [
    [
      between((app) => (request, context) => app(request, { ...context, user: 'ada' } as Context)),
      between((app) => (request, context) => app(request, context.with({ user: 'ada' }))),
    ],
  ],
  'context-derived': [
    [
      between(foreign),
      between((app) => (request, context) => app(request, withSignal(context, new AbortController().signal))),
    ],
  ],

  'result-response': [
    [call(() => undefined), call(() => reply())],
    [call(async () => 'hello'), call(async () => reply('hello'))],
    [call(() => get()), call(() => Response.redirect('http://h/'))],
  ],
  'result-error': [[call(() => Response.error()), call(() => reply(null, { status: 500 }))]],
  'result-body-used': [[call(() => read), call(() => new Response('x', { headers: typed }))]],
  'result-body-locked': [[call(() => locked), call(() => new Response(streamOf(bytes('x')), { headers: typed }))]],
  'result-twice': [
    [
      twice,
      async (linted) => (
        await linted(() => reply('x'))(get(), contextFor(get())),
        linted(() => reply('x'))(get(), contextFor(get()))
      ),
    ],
  ],
  'body-chunk': [
    [
      call(() => new Response(streamOf('text'), { headers: typed })),
      call(() => new Response(streamOf(bytes('text')), { headers: typed })),
    ],
    [
      call(() => new Response(streamOf(bytes('a'), [98]), { headers: typed })),
      call(() => new Response(streamOf(bytes('a'), new Uint8Array(0)), { headers: typed })),
    ],
  ],
  'field-hop-by-hop': [
    [fields({ 'transfer-encoding': 'chunked' }), fields({ 'content-encoding': 'identity' })],
    [fields({ Connection: 'close' }), fields({ vary: 'connection' })],
    [fields({ upgrade: 'websocket' }), fields({ 'upgrade-insecure-requests': '1' })],
  ],
  'field-status': [[fields({ status: '404 Not Found' }), fields({ 'x-status': '404' })]],
  'field-control': [
    [
      call(() => new Response(null, { headers: { a: 'b\u0001c' } })),
      call(() => new Response(null, { headers: { a: 'b\tc\u00e9' } })),
    ],
    [
      call(() => new Response(null, { headers: { a: 'b\u007f' } })),
      call(() => new Response(null, { headers: { a: 'b~' } })),
    ],
  ],
  'field-mistake': [
    [fields({ 'x-user': 'undefined' }), fields({ 'x-user': 'undefined behaviour' })],
    [fields({ 'x-user': '[object Promise]' }), fields({ 'x-user': '[object]' })],
    [fields({ 'cache-control': 'max-age=NaN' }), fields({ 'cache-control': 'max-age=0' })],
    [fields({ 'x-origin': 'null' }), fields({ 'access-control-allow-origin': 'null' })],
  ],
  'content-type-missing': [
    [call(() => reply(bytes('x'))), call(() => reply(new Uint8Array(0)))],
    [call(() => new Response(streamOf(bytes('x')))), call(() => new Response(streamOf(new Uint8Array(0))))],
  ],
  'set-cookie-joined': [
    [
      fields({ 'set-cookie': 'a=1; Path=/, b=2' }),
      fields({ 'set-cookie': 'a=1; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT' }),
    ],
    [
      call(() => reply(null, { headers: { 'set-cookie': 'a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT, b=2' } })),
      call(() =>
        reply(null, {
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
          ],
        }),
      ),
    ],
  ],
  'etag-form': [
    [fields({ etag: 'abc' }), fields({ etag: '"abc"' })],
    [fields({ etag: 'w/"abc"' }), fields({ etag: 'W/"abc"' })],
  ],
  'content-length-form': [
    [fields({ 'content-length': '-1' }), fields({ 'content-length': '0' })],
    [fields({ 'content-length': '1, 1' }, 'x'), fields({ 'content-length': '1' }, 'x')],
  ],
  'content-length-bytes': [
    [fields({ 'content-length': '10' }, 'hello world!'), fields({ 'content-length': '12' }, 'hello world!')],
    [fields({ 'content-length': '1' }, 'é'), fields({ 'content-length': '2' }, 'é')],
    [fields({ 'content-length': '5' }), fields({ 'content-length': '5' }, null, 304)],
    [call(() => streamed(3)), call(() => streamed(2))],
    [call(() => streamed(1)), call(() => streamed(2))],
    [
      call(() => streamed(0)),
      call(() => reply(null, { headers: { 'content-length': '5' } }), new Request('http://h/a', { method: 'HEAD' })),
    ],
  ],
  'content-length-status': [
    [fields({ 'content-length': '0' }, null, 204), fields({}, null, 204)],
    [fields({ 'content-length': '5' }, null, 205), fields({ 'content-length': '0' }, null, 205)],
  ],
  'body-status': [
    [call(() => bodyless(204)), call(() => bodyless(203))],
    [call(() => bodyless(304)), call(() => reply(null, { status: 304, headers: { etag: '"x"' } }))],
  ],
  'defer-argument': [[deferring('later'), deferring(() => {})]],
  'wait-until-argument': [
    [waiting(() => Promise.resolve()), waiting(Promise.resolve())],
    [waiting(undefined), waiting(Promise.all([]))],
  ],
  'thrown-value': [
    [call(() => Promise.reject('no')), call(() => Promise.reject(new Error('no')))], // oxlint-disable-line prefer-promise-reject-errors -- the breach
    [
      call(() => {
        throw { status: 404 } // oxlint-disable-line no-throw-literal -- the breach
      }),
      call(() => {
        throw new TypeError('no')
      }),
    ],
  ],
}

function streamed(declared: number): Response {
  return new Response(streamOf(bytes('a'), bytes('b')), { headers: { ...typed, 'content-length': String(declared) } })
}
function deferring(value: unknown): Run {
  return call((_request: Request, { defer }: Context) => (defer(value as () => void), reply()))
}
function waiting(value: unknown): Run {
  return call((_request: Request, context: Context) => (context.waitUntil(value as Promise<void>), reply()))
}

describe('the checks', () => {
  const cases = Object.entries(pairs).flatMap(([check, runs]) =>
    runs.map(([breach, twin], index) => ({ check, index, breach, twin })),
  )

  it('each have a case', () => {
    expect(Object.keys(pairs)).toEqual(Object.keys(checks))
  })

  it.each(cases)('finds $check ($index) and nothing else', async ({ check, breach }) => {
    expect((await findings(breach)).map((finding) => finding.check)).toEqual([check])
  })

  it.each(cases)('finds nothing in the twin of $check ($index)', async ({ twin }) => {
    expect((await findings(twin)).map((finding) => finding.message)).toEqual([])
  })
})
