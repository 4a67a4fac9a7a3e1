import { describe, expect, it } from 'vitest'
import { dispatch } from './testing.ts'
import { reply } from './reply.ts'
import { stack } from './stack.ts'
import type { App } from './app.ts'
import type { Middleware } from './middleware.ts'

const trace =
  (name: string): Middleware =>
  (app) =>
  async (request, context) => {
    const response = await app(request, context)
    response.headers.append('trace', name)
    return response
  }

const add =
  <K extends string, V>(key: K, value: V): Middleware<Record<K, V>> =>
  (app) =>
  (request, context) =>
    app(request, context.with<{}>({ [key]: value }) as never)

describe('stack()', () => {
  it('puts the first layer outermost', async () => {
    const app = stack(trace('outer'), trace('inner'))(() => reply('x'))
    expect((await dispatch(app, '/')).headers.get('trace')).toBe('inner, outer')
  })

  it('gives the handler what every layer added', async () => {
    const app = stack(add('a', 1), trace('x'), add('b', [2]))((_request, { a, b }) => reply.json([a, b[0]]))
    expect(await (await dispatch(app, '/')).json()).toEqual([1, 2])
  })

  it('stacks stacks', async () => {
    const inner = stack(add('b', 2), trace('inner'))
    const app = stack(stack(add('a', 1), trace('outer')), inner)((_request, { a, b }) => reply.json([a, b]))
    const response = await dispatch(app, '/')
    expect([response.headers.get('trace'), await response.json()]).toEqual(['inner, outer', [1, 2]])
  })

  it('wraps once, not for every request', async () => {
    let wrapped = 0
    const counting: Middleware = (app) => (wrapped++, app)
    const app = stack(counting)(() => reply('x'))
    await dispatch(app, '/')
    await dispatch(app, '/')
    expect(wrapped).toBe(1)
  })

  it('keeps a synchronous answer synchronous', () => {
    const pass: Middleware = (app) => (request, context) => app(request, context)
    const app: App = stack(pass, pass)(() => reply('x'))
    expect(app(new Request('http://h/'), {} as never)).toBeInstanceOf(Response)
  })

  it('is the handler itself without layers', () => {
    const handler: App = () => reply('x')
    expect(stack()(handler)).toBe(handler)
  })

  it('says which argument is not a middleware', () => {
    expect(() => stack(trace('a'), undefined as never)).toThrow('stack() takes middlewares: argument 2 is undefined')
  })
})
