import { describe, expect, it } from 'vitest'
import { reply } from '@fsgi/core'
import { checkMiddleware } from './check-middleware.ts'
import { identity, up, within } from './fixtures/shapes.ts'
import { middlewareCases } from './cases.ts'
import { requestViolators } from './fixtures/request-violators.ts'
import { responseViolators } from './fixtures/response-violators.ts'
import { twins } from './fixtures/twins.ts'
import type { Make } from './fixtures/shapes.ts'
import type { Middleware } from '@fsgi/core'
import type { MiddlewareOptions } from './middleware-options.ts'

const violators = { ...requestViolators, ...responseViolators }

/** What the suite says of a middleware, by case. */
async function failures(make: Make, options?: MiddlewareOptions): Promise<Record<string, string>> {
  const results = await checkMiddleware(make, options)
  return Object.fromEntries(results.flatMap(({ case: one, error }) => (error ? [[one.id, error.message]] : [])))
}

describe.concurrent('each case of the middleware suite', { timeout: 60_000 }, () => {
  const ids = middlewareCases.map((one) => one.id)
  const breaches = Object.entries(violators).flatMap(([id, makes]) =>
    Object.entries(makes).map(([name, make]) => ({ id, name, make })),
  )

  it('has an id of its own, a violator and a twin', () => {
    expect(ids).toEqual([...new Set(ids)])
    expect(ids.filter((id) => Object.keys(violators[id] ?? {}).length === 0)).toEqual([])
    expect(Object.keys(violators).toSorted()).toEqual(ids.toSorted())
    expect(Object.keys(twins).toSorted()).toEqual(ids.toSorted())
  })

  it.each(breaches)('$id, and no other, fails for one that $name', async ({ id, make }) => {
    const found = await failures(make)
    expect(Object.keys(found), JSON.stringify(found)).toEqual([id])
  })

  it.each(Object.entries(twins))('passes for the twin of the violators of %s', async (_id, make) => {
    expect(await failures(make)).toEqual({})
  })
})

describe.concurrent('the middleware suite', { timeout: 60_000 }, () => {
  it('passes a middleware that does nothing', async () => {
    expect(await failures(identity)).toEqual({})
  })

  it('looks at what lint finds in every case', async () => {
    const found = await failures(within((context) => ({ ...context })))
    expect(Object.keys(found)).toEqual(middlewareCases.map((one) => one.id))
    for (const message of Object.values(found)) expect(message).toContain('[fsgi M2]')
    const fields = await failures(up((response) => (response.headers.set('status', '200'), response)))
    expect(fields.latency).toMatch(/^\[fsgi A3\] the response has a field 'status': GET \/conformance\/latency \(/)
  })

  it('says what was reported meanwhile, and what the case waited for', async () => {
    const found = await failures(up((response) => (response.headers.set('x', 'y'), response)))
    expect(found.immutable).toMatch(/^the redirect: expected .*; \[fsgi M9\] .*; reported: TypeError: immutable$/)
    const stalls = await failures(violators.long!['stalls after 64 chunks']!)
    expect(stalls.long).toMatch(/^what follows byte \d+ of \d+ did not come within 2000 ms: a stall$/)
  })

  it('gives the error of the middleware as the cause', async () => {
    const results = await checkMiddleware(up(() => Promise.reject(new RangeError('of its own'))))
    const causes = results.map(({ error }) => String(error?.cause))
    expect(causes).toContain('RangeError: of its own')
  })

  it('a case that is declared to fail must fail', async () => {
    const declared = { status: 'it makes tea', bytes: 'never true' }
    const results = await checkMiddleware(violators.status!['changes a status']!, { declared })
    const byId = new Map(results.map((result) => [result.case.id, result]))
    expect(byId.get('status')).toMatchObject({ declared: 'it makes tea' })
    expect(byId.get('status')?.error).toBeUndefined()
    expect(byId.get('bytes')?.error?.message).toBe('bytes passes, but it is declared to fail: never true')
  })

  it('gives a middleware what it needs from the layers above it', async () => {
    const needs: () => Middleware<{}, { user: string }> = () => (app) => (request, context) =>
      context.user === 'ada' ? app(request, context) : reply(null, { status: 403 })
    expect(await failures(needs, { context: { user: 'ada' } })).toEqual({})
  })

  it('says what is wrong with what it is given', async () => {
    const given = (make: unknown, options: unknown = {}) => checkMiddleware(make as Make, options as MiddlewareOptions)
    await expect(given({})).rejects.toThrow(
      '@fsgi/conformance: checkMiddleware(): it takes a function that makes the middleware, such as () => gzip()',
    )
    await expect(given(identity, { declares: {} })).rejects.toThrow("there is no option 'declares'")
    await expect(given(identity, null)).rejects.toThrow('the options must be an object')
    await expect(given(identity, { context: 7 })).rejects.toThrow("option 'context' must be an object of values")
    await expect(given(identity, { declared: [] })).rejects.toThrow("option 'declared' must be an object of reasons")
    await expect(given(identity, { declared: { byte: 'x' } })).rejects.toThrow(
      /option 'declared\.byte': there is no such case, but wrapping, .*bytes/,
    )
    await expect(given(identity, { declared: { bytes: '' } })).rejects.toThrow("option 'declared.bytes' must say why")
  })

  it('says in every case what is wrong with a middleware that is none', async () => {
    const hint = 'give the suite a function that makes the middleware, such as () => gzip()'
    const itself = await failures(identity() as never)
    expect(Object.keys(itself)).toHaveLength(middlewareCases.length)
    expect(itself.status).toBe(
      `[fsgi M1] the middleware was called with an app and threw TypeError: app is not a function; ${hint}`,
    )
    const asynchronous = await failures(up((response) => response)() as never)
    expect(asynchronous.status).toBe(
      `[fsgi M1] the middleware was called with an app and returned an instance of Promise: it has to return an app, at once; ${hint}`,
    )
    const nothing = await failures((() => undefined) as never)
    expect(nothing.status).toBe(`what the suite was given to make the middleware gave undefined: ${hint}`)
  })
})
