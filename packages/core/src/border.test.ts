import { afterEach, describe, expect, it } from 'vitest'
import { dispatch } from './testing.ts'
import { mount } from './mount.ts'
import { reply } from './reply.ts'
import { stack } from './stack.ts'
import type { App } from './app.ts'
import type { Border } from './border.ts'
import type { Middleware } from './middleware.ts'

const BORDER = Symbol.for('fsgi.border')
const hooked = globalThis as { [BORDER]?: Border | undefined }
afterEach(() => delete hooked[BORDER])

/** A hook as its owner has to write it, and what it was asked to make. */
function watchBorders(): { made: string[]; passed: string[] } {
  const seen = { made: [] as string[], passed: [] as string[] }
  const bordered = new WeakSet<App>()
  hooked[BORDER] = (app, layer) => {
    if (bordered.has(app)) return app
    seen.made.push(layer)
    const border: App = (request, context) => {
      seen.passed.push(layer)
      return app(request, context)
    }
    bordered.add(border)
    return border
  }
  return seen
}

const pass = (app: App): App => app
function gzip(): Middleware {
  return function gzip(app) {
    return (request, context) => app(request, context)
  }
}
const timing = (): Middleware => (app) =>
  function timed(request, context) {
    return app(request, context)
  }
const nameless = (): Middleware => (app) =>
  [app].map(
    (below): typeof app =>
      (request, context) =>
        below(request, context),
  )[0]!

describe('the hook of stack()', () => {
  it('makes a border around each layer and the handler, called by their names, and every exchange passes them', async () => {
    const seen = watchBorders()
    const app = stack(
      gzip(),
      timing(),
      nameless(),
    )(function handler() {
      return reply('x')
    })
    expect(seen.made).toEqual(['handler', 'layer 3', 'timed', 'gzip'])
    expect(await (await dispatch(app, '/')).text()).toBe('x')
    expect(seen.passed).toEqual(['gzip', 'timed', 'layer 3', 'handler'])
  })

  it('makes one border where the outermost layer of a stack is that of a stack around it', async () => {
    const seen = watchBorders()
    const inner = stack(timing())
    const app = stack(gzip(), inner)(mount({ '/': stack(nameless())(() => reply('x')) }))
    await dispatch(app, '/')
    expect(seen.passed).toEqual(['gzip', 'timed', 'mount', 'layer 1', 'app'])
    expect(seen.made.toSorted()).toEqual(seen.passed.toSorted())
  })

  it('makes none around a layer that gives back the app below', () => {
    const seen = watchBorders()
    stack(pass as Middleware, gzip())(() => reply('x'))
    expect(seen.made).toEqual(['app', 'gzip'])
  })

  it('is asked when a stack is applied: one that was made before is seen as well, one applied before is not', async () => {
    const layers = stack(gzip())
    const early = layers(() => reply('x'))
    const seen = watchBorders()
    const late = layers(() => reply('x'))
    await dispatch(early, '/')
    expect(seen.passed).toEqual([])
    await dispatch(late, '/')
    expect(seen.passed).toEqual(['gzip', 'app'])
  })

  it('is found by another copy of core, whose stacks and those of this one share it', async () => {
    const copy = './stack.ts?another-copy'
    const other = ((await import(/* @vite-ignore */ copy)) as { stack: typeof stack }).stack
    expect(other).not.toBe(stack)
    const seen = watchBorders()
    const app = stack(gzip(), other(timing()))(() => reply('x'))
    await dispatch(app, '/')
    expect(seen.passed).toEqual(['gzip', 'timed', 'app'])
    expect(seen.made).toHaveLength(3)
  })

  it('leaves an error of a layer as it is: one that returns no app is told by its caller', () => {
    watchBorders()
    hooked[BORDER] = (app) => app
    const wrong = stack((() => undefined) as unknown as Middleware)
    expect(wrong(() => reply('x'))).toBeUndefined()
  })

  it('costs nothing where none is set: the app is what the layers have returned, and no call looks for a hook', async () => {
    let looked = 0
    Object.defineProperty(globalThis, BORDER, { configurable: true, get: () => void looked++ })
    const layer: App = () => reply('x')
    const app = stack(() => layer, gzip())(() => reply('y'))
    expect(app).toBe(layer)
    expect(looked).toBe(1)
    await dispatch(app, '/')
    await dispatch(app, '/')
    expect(looked).toBe(1)
  })
})
