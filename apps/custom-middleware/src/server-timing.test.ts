import { expect, expectTypeOf, test } from 'vitest'
import { reply, stack } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { serverTiming } from './server-timing.ts'
import type { App, Context } from '@fsgi/core'
import type { Metric, ServerTimingOptions, Timing } from './server-timing.ts'

/** The middleware between two validators, which check both of its sides. */
function timed(app: App<Context & { readonly timing: Timing }>, options: ServerTimingOptions = {}): App {
  return lint(serverTiming(options)(lint(app, { name: 'app' })), { name: 'serverTiming' })
}

/** Ends when the test says so: no test here waits for a time. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => void (open = resolve))
  return { open, opened }
}

const field = (response: Response): string | null => response.headers.get('server-timing')

test('says how long the app took, in milliseconds', async () => {
  const response = await dispatch(
    timed(() => reply('hello')),
    '/',
  )
  expect(field(response)).toMatch(/^total;dur=\d+\.\d$/)
  expect(await response.text()).toBe('hello')
})

test('measures what is named, and gives its result back', async () => {
  const app = timed(async (_request, { timing }) => {
    const sum = timing.measure('sync', () => 1 + 1)
    const text = await timing.measure('async', async () => `sum ${sum}`, 'adding up')
    return reply(text)
  })
  const response = await dispatch(app, '/')
  expect(field(response)).toMatch(/^total;dur=\d+\.\d, sync;dur=\d+\.\d, async;dur=\d+\.\d;desc="adding up"$/)
  expect(await response.text()).toBe('sum 2')
})

test('a measurement lasts until the promise settles', async () => {
  const { open, opened } = gate()
  const app = timed(async (_request, { timing }) => {
    const work = timing.measure('slow', () => opened)
    timing.mark('waiting')
    open()
    await work
    return reply('')
  })
  expect(field(await dispatch(app, '/'))).toMatch(/^total;dur=[\d.]+, waiting, slow;dur=[\d.]+$/)
})

test('measures what only runs when it is awaited', async () => {
  // oxlint-disable-next-line unicorn/no-thenable -- what a query of many database packages is
  const query = { then: (done: (rows: string[]) => void) => queueMicrotask(() => done(['Ada'])) }
  const app = timed(async (_request, { timing }) => {
    const work = timing.measure('query', () => query as unknown as Promise<string[]>)
    timing.mark('before')
    return reply.json(await work)
  })
  const response = await dispatch(app, '/')
  expect(field(response)).toMatch(/, before, query;dur=/)
  expect(await response.json()).toEqual(['Ada'])
})

test('work that fails is measured and fails', async () => {
  const app = timed(async (_request, { timing }) => {
    const failures = [
      await Promise.resolve()
        .then(() => timing.measure('thrown', () => JSON.parse('{')))
        .catch((error: Error) => error.name),
      await timing
        .measure('rejected', async () => Promise.reject(new Error('gone')))
        .catch((error: Error) => error.message),
    ]
    return reply.json(failures)
  })
  const response = await dispatch(app, '/')
  expect(field(response)).toMatch(/thrown;dur=[\d.]+, rejected;dur=/)
  expect(await response.json()).toEqual(['SyntaxError', 'gone'])
})

test('keeps what a layer below has measured, and leaves the other fields alone', async () => {
  const headers = new Headers([
    ['server-timing', 'cache;desc="hit"'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ])
  const response = await dispatch(
    timed(() => reply('', { headers })),
    '/',
  )
  expect(field(response)).toMatch(/^cache;desc="hit", total;dur=/)
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
})

test('M9: works with immutable headers', async () => {
  const response = await dispatch(
    timed(() => Response.redirect('http://localhost/x', 302)),
    '/',
  )
  expect(response.status).toBe(302)
  expect(field(response)).toMatch(/^total/)
})

test('M12: an error passes through, and the exchange is told of', async () => {
  const reported: unknown[] = []
  const { open: ended, opened: end } = gate()
  let seen: unknown
  const app = serverTiming({ onEnd: (metrics, outcome) => ((seen = { names: names(metrics), outcome }), ended()) })(
    (_request, { timing }) => timing.measure('db', () => Promise.reject<Response>(new Error('no database'))),
  )
  const response = await dispatch(app, '/', { report: (error) => void reported.push(error) })
  expect(response.status).toBe(500)
  expect(field(response)).toBeNull()
  await response.text()
  await end
  expect(reported).toEqual([new Error('no database')])
  expect(seen).toEqual({
    names: ['total', 'db'],
    outcome: { status: 500, aborted: false, error: new Error('no database') },
  })
})

test('M13: the head does not wait for the body, and onEnd has what the body took', async () => {
  const chunk = gate()
  const end = gate()
  let seen: readonly Metric[] = []
  const app = timed(
    (_request, { timing }) => {
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await timing.measure('chunk', () => chunk.opened)
          controller.enqueue(new TextEncoder().encode('late'))
          controller.close()
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/plain' } })
    },
    { onEnd: (metrics) => ((seen = metrics), end.open()) },
  )
  const response = await dispatch(app, '/')
  expect(field(response)).toMatch(/^total;dur=[\d.]+$/) // the chunk is still to come
  chunk.open()
  expect(await response.text()).toBe('late')
  await end.opened
  expect(names(seen)).toEqual(['total', 'chunk'])
})

test('a client that leaves ends the exchange too', async () => {
  const end = gate()
  let aborted = false
  const app = timed(() => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })), {
    onEnd: (_metrics, outcome) => ((aborted = outcome.aborted), end.open()),
  })
  await (await dispatch(app, '/')).body!.cancel()
  await end.opened
  expect(aborted).toBe(true)
})

test('`expose` decides who sees it', async () => {
  const expose: ServerTimingOptions['expose'] = (request) => request.headers.get('authorization') === 'Bearer us'
  const app = timed(() => reply(''), { expose })
  expect(field(await dispatch(app, '/'))).toBeNull()
  const ours = new Request('http://localhost/', { headers: { authorization: 'Bearer us' } })
  expect(field(await dispatch(app, ours))).toMatch(/^total/)
})

test('`as` gives it another name', async () => {
  const app = stack(
    serverTiming(),
    serverTiming({ as: 'inner' }),
  )((_request, { timing, inner }) => {
    expectTypeOf(inner).toEqualTypeOf<Timing>()
    timing.mark('a')
    inner.mark('b')
    return reply('')
  })
  expect(field(await dispatch(app, '/'))).toMatch(/^total;dur=[\d.]+, b, total;dur=[\d.]+, a$/)
})

test('what cannot be in a field does not get there', async () => {
  const app = timed((_request, { timing }) => {
    timing.mark('a', 'say "hi" \\ there')
    timing.mark('b', 'x\r\nset-cookie: stolen=1')
    timing.mark('c', 'naïve 😀')
    return reply('')
  })
  const response = await dispatch(app, '/')
  expect(field(response)).toContain(
    String.raw`, a;desc="say \"hi\" \\ there", b;desc="x??set-cookie: stolen=1", c;desc="na?ve ?"`,
  )
  expect(response.headers.getSetCookie()).toEqual([])
})

test('the head stays small, however much is measured', async () => {
  const app = timed((_request, { timing }) => {
    for (let i = 0; i < 1000; i++) timing.mark(`m${i}`)
    return reply('')
  })
  expect(field(await dispatch(app, '/'))!.split(', ')).toHaveLength(50)
})

test.each(['', 'two words', 'a,b', 'a;b', 'é'])('%j is no name of a metric', async (name) => {
  const reported: unknown[] = []
  const app = serverTiming()((_request, { timing }) => {
    timing.mark(name)
    return reply('')
  })
  await dispatch(app, '/', { report: (error) => void reported.push(error) })
  expect(reported).toEqual([new TypeError(`serverTiming: the name of a metric must be a token, not '${name}'`)])
})

test.each([
  [{ expose: true }, "option 'expose' must be a function of (request, context)"],
  [{ onEnd: 'log' }, "option 'onEnd' must be a function of (metrics, outcome)"],
  [{ as: '' }, "option 'as' must be a name"],
  [{ onend: () => {} }, "there is no option 'onend'"],
  [null, 'the options must be an object'],
])('%j: %s', (options, message) => {
  expect(() => serverTiming(options as unknown as ServerTimingOptions)).toThrow(
    new TypeError(`serverTiming: ${message}`),
  )
})

function names(metrics: readonly Metric[]): string[] {
  return metrics.map(({ name }) => name)
}
