import { describe, expect, it } from 'vitest'
import { checks } from './checks.ts'
import { reply } from '../reply.ts'
import { withSignal } from '../derive.ts'
import {
  again,
  againCloned,
  bodyless,
  breaking,
  catching,
  deferring,
  foreign,
  forwarding,
  informing,
  informed,
  informingLate,
  leaving,
  locked,
  lockedRequest,
  patch,
  patchInLowerCase,
  promising,
  read,
  reading,
  remembering,
  replacing,
  replacingBroken,
  redirecting,
  returning,
  rewritten,
  setting,
  streamed,
  streaming,
  twice,
  upload,
  usedRequest,
  waiting,
  withField,
  wrapping,
} from './fixtures/breaches.ts'
import {
  between,
  bytes,
  call,
  callWith,
  contextFor,
  exchanged,
  fields,
  findings,
  get,
  post,
  streamOf,
  typed,
} from './fixtures/runs.ts'
import type { CheckName } from './checks.ts'
import type { Context } from '../context.ts'
import type { Run } from './fixtures/runs.ts'

/** For each check a minimal breach, and a twin that is as near to it as a conforming one can be. */
const pairs: Record<CheckName, readonly [breach: Run, twin: Run][]> = {
  'context-missing': [[callWith(get(), null), callWith(get())]],
  'arguments-more': [
    [
      (linted) => (linted(() => reply('hi')) as (...args: unknown[]) => Response)(get(), contextFor(get()), {}),
      (linted) => (linted(() => reply('hi')) as (...args: unknown[]) => Response)(get(), contextFor(get())),
    ],
  ],
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
      between((app) => (request, context) => app(new Request(request, { method: 'patch' }), context)),
      between((app) => (request, context) => app(new Request(request, { method: 'PATCH' }), context)),
    ],
    [
      between((app) => (request, context) => app(new Request(request, { method: 'query' }), context)),
      between((app) => (request, context) => app(new Request(request, { method: 'custom' }), context)),
    ],
    [
      between((app) => (request, context) => app(new Request(request, { method: 'patch' }), context), patch),
      between((app) => (request, context) => app(new Request(request), context), patchInLowerCase),
    ],
  ],
  'request-hop-by-hop': [
    [callWith(withField('connection', 'close')), callWith(withField('vary', 'connection'))],
    [callWith(withField('http2-settings', 'AAMAAABk')), callWith(withField('upgrade-insecure-requests', '1'))],
    [
      between((app) => (request, context) => app(new Request(request, { headers: { te: 'trailers' } }), context)),
      between((app) => (request, context) => app(new Request(request, { headers: { accept: 'a/b' } }), context)),
    ],
  ],
  'request-length-form': [
    [callWith(withField('content-length', '1, 2')), callWith(withField('content-length', '12'))],
    [callWith(withField('content-length', '-1')), callWith(withField('content-length', '0'))],
  ],
  'request-body-chunk': [
    [call(reading, upload(['text'])), call(reading, upload([bytes('text')]))],
    [call(reading, upload([bytes('a'), [98]])), call(reading, upload([bytes('a'), new Uint8Array(0)]))],
  ],
  'request-body-length': [
    [call(reading, upload([bytes('ab')], 3)), call(reading, upload([bytes('ab')], 2))],
    [call(reading, upload([bytes('ab'), bytes('c')], 2)), call(reading, upload([bytes('ab'), bytes('c')], 3))],
    [call(reading, upload([], 1)), call(() => reply(), upload([], 1))],
    [replacing({ 'content-length': '1' }), replacing({ 'content-length': '2' })],
    [replacing({ 'content-length': '3' }), replacing({})],
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
  'context-ended': [
    [remembering(true), remembering(false)],
    [returning(true), returning(false)],
  ],
  'env-request': [
    [
      callWith(withField('x-a', 'b'), contextFor(get(), { env: { HTTP_X_A: 'b' } })),
      callWith(withField('x-a', 'b'), contextFor(get(), { env: { HTTP_X_A: 'c', HTTP_PROXY: 'http://proxy' } })),
    ],
    [
      callWith(get(), contextFor(get(), { env: { QUERY_STRING: '' } })),
      callWith(get(), contextFor(get(), { env: { SERVER_PORT: '80', PATH: '/bin' } })),
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
  'context-wrapped': [
    [
      between((app) => (request, context) => app(request, Object.create(context, { user: { value: 'ada' } }))),
      between((app) => (request, context) => app(request, context.with({ user: 'ada' }))),
    ],
    [
      between((app) => (request, context) => app(new Request(request), new Proxy(context, {}))),
      between((app) => (request, context) => app(new Request(request), context)),
    ],
  ],
  'optional-member': [
    [
      informed((context) => Object.create(context, { sendInformational: { value: undefined } })),
      informed((context) => context.with({ informational: undefined })),
    ],
    [
      between((app) => (request, context) => app(request, new Proxy(context, { get: promising }))),
      between((app) => (request, context) => app(request, context.with({ informational: () => {} }))),
    ],
    [
      informed((context) => new Proxy(context, { get: promising })),
      informed((context) => (context.sendInformational!(103), context)),
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
  'report-argument': [
    [
      call((_request: Request, { report }: Context) => (report(undefined), reply())),
      call((_request: Request, { report }: Context) => (report(new Error('no')), reply())),
    ],
  ],
  'informational-argument': [
    [informing(100), informing(103)],
    [informing('103'), informing(199)],
    [informing(103, { 'a b': 'c' }), informing(103, { link: '</a.css>; rel=preload' })],
    [informing(103, { a: 'b\u0001' }), informing(103, { a: 'b\tc' })],
  ],
  'informational-late': [[informingLate(true), informingLate(false)]],
  'context-mutated': [
    [
      call((_request: Request, context: Context & { user?: string }) => ((context.user = 'ada'), reply())),
      call((_request: Request, context: Context) => (context.with({ user: 'ada' }), reply())),
    ],
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

  'body-dropped': [
    [
      exchanged((app) => async (request, context) => (await app(request, context), reply('no')), streaming),
      exchanged(
        (app) => async (request, context) => (void (await app(request, context)).body?.cancel(), reply('no')),
        streaming,
      ),
    ],
    [
      exchanged((app) => async (request, context) => (await app(request, context), app(request, context)), streaming),
      exchanged(
        (app) => async (request, context) => (await (await app(request, context)).text(), app(request, context)),
        streaming,
      ),
    ],
  ],
  'cancel-reason': [
    [
      leaving((body) => forwarding(body, { cancel: (reader) => reader.cancel() })),
      leaving((body) => forwarding(body, { cancel: (reader, reason) => reader.cancel(reason) })),
    ],
    [
      leaving((body) => forwarding(body, { cancel: (reader) => reader.cancel('another') })),
      leaving((body) => body.pipeThrough(new TransformStream())),
    ],
  ],
  'error-swallowed': [
    [catching(() => reply('all is well')), catching((error, { report }) => (report(error), reply('all is well')))],
    [
      replacingBroken(() => reply('all is well')),
      replacingBroken((error, { report }) => (report(error), reply('all is well'))),
    ],
    [catching(() => reply('gone', { status: 404 })), catching(() => reply('failed', { status: 500 }))],
    [
      exchanged(
        wrapping((body) => forwarding(body, { fail: 'end' })),
        breaking,
      ),
      exchanged(
        wrapping((body) => forwarding(body, {})),
        breaking,
      ),
    ],
  ],
  'headers-immutable': [
    [
      exchanged(
        setting((response) => response),
        redirecting,
      ),
      exchanged(
        setting((response) => new Response(null, response)),
        redirecting,
      ),
    ],
    [
      exchanged(
        setting((response) => response),
        redirecting,
      ),
      exchanged(setting((response) => response)),
    ],
  ],
}

/** Who can be to blame: a middleware calls apps, and is one. */
const sides = { caller: ['server', 'middleware'], app: ['app', 'middleware'], middleware: ['middleware'] } as const

describe('the checks', () => {
  const cases = Object.entries(pairs).flatMap(([check, runs]) =>
    runs.map(([breach, twin], index) => ({ check, index, breach, twin })),
  )

  it('each have a breach and its twin', () => {
    const without = Object.keys(checks).filter((check) => !(pairs as Partial<typeof pairs>)[check as CheckName]?.length)
    expect([without, Object.keys(pairs)]).toEqual([[], Object.keys(checks)])
  })

  it.each(cases)('finds $check ($index) and nothing else', async ({ check, breach }) => {
    const found = await findings(breach)
    expect(found.map((finding) => finding.check)).toEqual([check])
    expect(sides[checks[check as CheckName].at]).toContain(found[0]!.side)
  })

  it.each(cases)('finds nothing in the twin of $check ($index)', async ({ twin }) => {
    expect((await findings(twin)).map((finding) => finding.message)).toEqual([])
  })
})
