import { describe, expect, it } from 'vitest'
import { bodyOf, editHeaders, reply } from '@fsgi/core'
import { checkMiddleware, runCase } from './check-middleware.ts'
import { middlewareCases } from './cases.ts'
import type { App, Middleware } from '@fsgi/core'

const identity = (): Middleware => (app) => (request, context) => app(request, context)

/** A middleware that treats the request in some way, and one that treats the response. */
const down =
  (change: (request: Request) => Request): (() => Middleware) =>
  () =>
  (app) =>
  (request, context) =>
    app(change(request), context)
const up =
  (change: (response: Response, request: Request) => Response | Promise<Response>): (() => Middleware) =>
  () =>
  (app) =>
  async (request, context) =>
    change(await app(request, context), request)

const buffered = async (response: Response): Promise<Response> =>
  bodyOf(response) === undefined ? new Response(await response.arrayBuffer(), response) : response

/** For each case, a middleware that breaks it. */
const violators: Record<string, () => Middleware> = {
  request: down((request) => new Request(request, { headers: {} })),
  context: () => (app) => (request, context) => app(request, { ...context }),
  status: up((response) => (response.status === 418 ? reply('tea', { status: 200 }) : response)),
  'set-cookie': up((response) =>
    editHeaders(response, (headers) => headers.set('set-cookie', headers.get('set-cookie') ?? '')),
  ),
  immutable: up((response) => (response.headers.set('x', 'y'), response)),
  informational: () => (app) => (request, context) =>
    app(request, Object.create(context, { sendInformational: { value: () => {} } }) as never),
  mounted: () => (app) => (request, context) =>
    context.mount === '' ? app(request, context) : reply('not at the root', { status: 404 }),
  foreign: up((response) =>
    response.headers.has('x-framework') ? response : reply('not one of ours', { status: 500 }),
  ),
  'two-apps': () => {
    let last: App | undefined
    return (app) => {
      last = app as App
      return (request, context) => last!(request, context)
    }
  },
  bytes: up(async (response) =>
    response.body === null ? response : new Response((await response.text()).toUpperCase(), response),
  ),
  'known-bytes': up((response) =>
    response.body === null ? response : new Response(response.body.pipeThrough(new TransformStream()), response),
  ),
  bodyless: up((response) => (response.status === 304 ? reply('not modified') : response)),
  unread: () => (app) => async (request, context) => {
    const copy = request.body === null ? request : request.clone()
    await copy.body?.getReader().read()
    return app(request, context)
  },
  latency: up(buffered),
  cancel: up((response) => {
    if (response.body === null || bodyOf(response) !== undefined) return response
    const reader = response.body.getReader()
    const body = new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
    })
    return new Response(body, response)
  }),
  'back-pressure': up((response) => {
    if (response.body === null || bodyOf(response) !== undefined) return response
    const reader = response.body.getReader()
    let left = false
    const body = new ReadableStream({
      async start(controller) {
        for (let read = await reader.read(); !read.done && !left; read = await reader.read())
          controller.enqueue(read.value)
        if (!left) controller.close()
      },
      cancel(reason) {
        left = true
        return reader.cancel(reason)
      },
    })
    return new Response(body, response)
  }),
  throw: () => (app) => async (request, context) => {
    try {
      return await app(request, context)
    } catch {
      return reply('all is well')
    }
  },
  'body-error': up((response) => {
    if (response.body === null || bodyOf(response) !== undefined) return response
    const reader = response.body.getReader()
    const body = new ReadableStream({
      async pull(controller) {
        const read = await reader.read().catch(() => ({ done: true, value: undefined }))
        if (read.done) controller.close()
        else controller.enqueue(read.value)
      },
      cancel: (reason) => reader.cancel(reason),
    })
    return new Response(body, response)
  }),
  defer: () => (app) => (request, context) => {
    const child = context.with({ seen: true })
    return app(request, Object.create(child, { defer: { value: () => {} } }) as never)
  },
  abort: () => (app) => (request, context) =>
    app(request, Object.create(context, { signal: { value: new AbortController().signal } }) as never),
}

describe('the middleware suite', () => {
  it('passes a middleware that does nothing', async () => {
    const results = await checkMiddleware(identity)
    expect(
      results.filter((result) => result.error !== undefined).map((result) => `${result.case.id}: ${result.error}`),
    ).toEqual([])
    expect(results).toHaveLength(middlewareCases.length)
  })

  it('has a violator for every case, and every case an id of its own', () => {
    expect(middlewareCases.map((one) => one.id)).toEqual([...new Set(middlewareCases.map((one) => one.id))])
    expect(Object.keys(violators).toSorted()).toEqual(middlewareCases.map((one) => one.id).toSorted())
  })

  it.each(middlewareCases.map((one) => one.id))('%s finds a middleware that breaks it', async (id) => {
    const { error } = await runCase(
      middlewareCases.find((one) => one.id === id)!,
      violators[id]!,
      {},
    )
    expect(error).toBeInstanceOf(Error)
  })

  it('a case that is declared to fail must fail', async () => {
    const declared = { status: 'it makes tea', bytes: 'never true' }
    const results = await checkMiddleware(violators.status!, { declared })
    const byId = new Map(results.map((result) => [result.case.id, result]))
    expect(byId.get('status')).toMatchObject({ declared: 'it makes tea' })
    expect(byId.get('status')?.error).toBeUndefined()
    expect(byId.get('bytes')?.error?.message).toBe('bytes passes, but it is declared to fail: never true')
  })

  it('gives a middleware what it needs from the layers above it', async () => {
    const needs: () => Middleware<{}, { user: string }> = () => (app) => (request, context) =>
      context.user === 'ada' ? app(request, context) : reply(null, { status: 403 })
    const results = await checkMiddleware(needs, { context: { user: 'ada' } })
    const failed = results.filter((result) => result.error !== undefined).map((result) => result.case.id)
    expect(failed).toEqual([])
  })
})
