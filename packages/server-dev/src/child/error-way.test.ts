import { stack } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { expect, test } from 'vitest'
import { noteWay, wayOf } from './error-way.ts'
import type { App, Context } from '@fsgi/core'

/** A layer that notes what comes through it, as borders do. */
function noting(name: string, app: App): App {
  return async (request, context) => {
    try {
      return await app(request, context)
    } catch (error) {
      noteWay(error, name, context)
      throw error
    }
  }
}

const fails = (error: unknown): App =>
  noting('handler', () => {
    throw error
  })

test('the layers that an error came through, outermost first, and what the innermost was called with', async () => {
  const error = new Error('x')
  const adding = (app: App): App =>
    noting('auth', (request, context) => app(request, context.with<{}>({ user: 'ada' })))
  const app = noting('gzip', stack(adding)(fails(error)))
  await dispatch(app, '/', { report: () => {} })
  expect(wayOf(error)!.layers).toEqual(['gzip', 'auth', 'handler'])
  expect((wayOf(error)!.context as Context & { user: string }).user).toBe('ada')
})

test('one error that is thrown for each request, or again in one, does not make its way longer', async () => {
  const error = new Error('always the same')
  const again: App = noting('retry', (request, context) =>
    Promise.resolve(fails(error)(request, context)).catch(() => fails(error)(request, context)),
  )
  for (let count = 0; count < 3; count++) await dispatch(again, '/', { report: () => {} })
  expect(wayOf(error)!.layers).toEqual(['retry', 'handler'])
})

test('what is no object has no way', async () => {
  await dispatch(fails('text'), '/', { report: () => {} })
  expect([wayOf('text'), wayOf(undefined), wayOf(new Error('of no layer'))]).toEqual([undefined, undefined, undefined])
})
