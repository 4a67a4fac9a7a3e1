import { describe, expect, it } from 'vitest'
import { dispatch } from './testing.ts'
import { mount } from './mount.ts'
import { reply } from './reply.ts'
import { stripMount } from './strip-mount.ts'
import type { App } from './app.ts'

const named =
  (name: string): App =>
  (request, { mount, path }) =>
    reply.json([name, mount, path, request.url])

const see = async (app: App, target: string): Promise<unknown> => {
  const response = await dispatch(app, target)
  return response.status === 200 ? response.json() : response.status
}

describe('mount()', () => {
  const app = mount({ '/': named('site'), '/api': named('api'), '/api/v2': named('v2'), '/caf%C3%A9': named('café') })

  it.each([
    ['/', ['site', '', '/', 'http://localhost/']],
    ['/api', ['api', '/api', '', 'http://localhost/api']],
    ['/api/', ['api', '/api', '/', 'http://localhost/api/']],
    ['/api/x', ['api', '/api', '/x', 'http://localhost/api/x']],
    ['/api/v2/x', ['v2', '/api/v2', '/x', 'http://localhost/api/v2/x']],
    ['/api/v22', ['api', '/api', '/v22', 'http://localhost/api/v22']],
    ['/%61pi/x', ['api', '/%61pi', '/x', 'http://localhost/%61pi/x']],
    ['/apix', ['site', '', '/apix', 'http://localhost/apix']],
    ['/api%2Fv2', ['site', '', '/api%2Fv2', 'http://localhost/api%2Fv2']],
    ['/x/../api/y', ['api', '/api', '/y', 'http://localhost/api/y']],
    ['/caf%c3%a9/x', ['café', '/caf%c3%a9', '/x', 'http://localhost/caf%c3%a9/x']],
  ])('M16: %s', async (target, expected) => {
    expect(await see(app, target)).toEqual(expected)
  })

  it('M16: //api/x is not below /api', async () => {
    const response = await dispatch(app, new Request('http://localhost//api/x'))
    expect(await response.json()).toEqual(['site', '', '//api/x', 'http://localhost//api/x'])
  })

  it('answers 404 when nothing matches', async () => {
    expect(await see(mount({ '/api': named('api') }), '/')).toBe(404)
  })

  it('nests: the mounts add up', async () => {
    const nested = mount({ '/a b': mount({ '/c': named('inner') }) })
    expect(await see(nested, '/a%20b/c/d')).toEqual(['inner', '/a%20b/c', '/d', 'http://localhost/a%20b/c/d'])
  })

  it('does not change the context of the app above', async () => {
    let above: unknown
    const outer: App = async (request, context) => {
      const response = await app(request, context)
      above = [context.mount, context.path]
      return response
    }
    await dispatch(outer, '/api/x')
    expect(above).toEqual(['', '/api/x'])
  })

  it.each([
    ['api', "must begin with '/'"],
    ['/api/', "must not end with '/'"],
    ['//api', 'has an empty segment'],
    ['/a/../b', 'has a dot segment'],
    ['/a?b', 'is not a path'],
  ])('refuses the prefix %s', (prefix, why) => {
    expect(() => mount({ [prefix as '/']: named('x') })).toThrow(`mount(): the prefix '${prefix}' ${why}`)
  })
})

describe('stripMount()', () => {
  it('lets a foreign app see itself at the root, and moves the context with the URL', async () => {
    const app = mount({ '/api': stripMount(named('foreign')), '/': stripMount(named('root')) })
    expect(await see(app, '/api/x?q=1')).toEqual(['foreign', '', '/x', 'http://localhost/x?q=1'])
    expect(await see(app, '/api')).toEqual(['foreign', '', '/', 'http://localhost/'])
    expect(await see(app, '/y')).toEqual(['root', '', '/y', 'http://localhost/y'])
  })

  it('hands on the method, the header fields and the body', async () => {
    const echo: App = async (request) => reply.json([request.method, request.headers.get('x-a'), await request.text()])
    const request = new Request('http://localhost/api/x', { method: 'PUT', headers: { 'x-a': '1' }, body: 'sent' })
    expect(await (await dispatch(mount({ '/api': stripMount(echo) }), request)).json()).toEqual(['PUT', '1', 'sent'])
  })
})
