import { describe, expect, expectTypeOf, test } from 'vitest'
import { reply, stack } from '@fsgi/core'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import { template } from './template.ts'
import type { App, Context } from '@fsgi/core'
import type { TemplateOptions } from './options.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

/** The middleware between two validators (SPEC M19). */
function linted(app: App<Context & { readonly requestId: string }>, options: TemplateOptions = {}): App {
  return lint(template(options)(lint(app, { name: 'app' })), { name: 'template' })
}

const echo = linted((_request, { requestId }) => reply(requestId))

describe('template()', () => {
  test('gives the app and the client the same new id', async () => {
    const response = await dispatch(echo, '/')
    expect(response.headers.get('x-request-id')).toMatch(UUID)
    expect(await response.text()).toBe(response.headers.get('x-request-id'))
  })

  test('gives every request another id', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await dispatch(echo, '/')).text()))
    expect(new Set(ids).size).toBe(20)
  })

  test('keeps the id that was sent', async () => {
    const request = new Request('http://localhost/', { headers: { 'x-request-id': 'edge-7:42' } })
    expect(await (await dispatch(echo, request)).text()).toBe('edge-7:42')
  })

  test.each(['two words', 'a"b', 'x'.repeat(129), 'é', '', '<script>'])('does not take %j for an id', async (sent) => {
    const request = new Request('http://localhost/', { headers: { 'x-request-id': sent } })
    expect((await dispatch(echo, request)).headers.get('x-request-id')).toMatch(UUID)
  })

  test('has the only word: an id that the app sets is replaced', async () => {
    const app = linted(() => reply('', { headers: { 'x-request-id': 'mine' } }))
    expect((await dispatch(app, '/')).headers.get('x-request-id')).toMatch(UUID)
  })

  test('M9: works with immutable headers', async () => {
    const app = linted(() => Response.redirect('http://localhost/elsewhere', 303))
    const response = await dispatch(app, '/')
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('http://localhost/elsewhere')
    expect(response.headers.get('x-request-id')).toMatch(UUID)
  })

  test('M12: an error passes through', async () => {
    const reported: unknown[] = []
    const app = template()(() => {
      throw new Error('no')
    })
    const response = await dispatch(app, '/', { report: (error) => void reported.push(error) })
    expect(response.status).toBe(500)
    expect(reported).toEqual([new Error('no')])
  })

  test('M13: does not wait for the body', async () => {
    let close = (): void => {}
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (close = () => controller.close()) })
    const response = await dispatch(
      linted(() => new Response(body)),
      '/',
    ) // comes although the body does not end
    close()
    expect(await response.text()).toBe('')
  })

  test('`header` names the field', async () => {
    const app = linted((_request, { requestId }) => reply(requestId), { header: 'X-Correlation-Id' })
    const request = new Request('http://localhost/', { headers: { 'x-correlation-id': 'a1' } })
    const response = await dispatch(app, request)
    expect(response.headers.get('x-correlation-id')).toBe('a1')
    expect(response.headers.has('x-request-id')).toBe(false)
  })

  test('`as` names the value, so that two can be in one stack', async () => {
    const app = stack(
      template(),
      template({ header: 'x-trace', as: 'trace' }),
    )((_request, { requestId, trace }) => {
      expectTypeOf(trace).toEqualTypeOf<string>()
      return reply.json({ requestId, trace })
    })
    const response = await dispatch(app, '/')
    expect(await response.json()).toEqual({
      requestId: response.headers.get('x-request-id'),
      trace: response.headers.get('x-trace'),
    })
  })

  test('G5: `as` cannot be a name of the Context', async () => {
    const reported: unknown[] = []
    const app = template({ as: 'path' })(() => reply('')) as App
    const response = await dispatch(app, '/', { report: (error) => void reported.push(error) })
    expect(response.status).toBe(500)
    expect(String(reported)).toContain("[fsgi G5] context.with() cannot set 'path'")
  })
})

describe('the options of template()', () => {
  test.each([
    [{ header: 'x y' }, "option 'header' must be the name of a header field"],
    [{ header: 7 }, "option 'header' must be the name of a header field"],
    [{ as: '' }, "option 'as' must be a name"],
    [{ haeder: 'x' }, "there is no option 'haeder'"],
    [null, 'the options must be an object'],
  ])('%j: %s', (options, message) => {
    expect(() => template(options as TemplateOptions)).toThrow(new TypeError(`@fsgi/middleware-template: ${message}`))
  })
})
