/** Types, checked by tsc: what a sealed cookie cannot promise is not there. */
import { z } from 'zod'
import { stack } from '@fsgi/core'
import { memory } from './memory-store.ts'
import { sealedCookie } from './sealed-cookie.ts'
import { session } from './session.ts'
import type { Middleware } from '@fsgi/core'
import type { SealedCookie, SealedSession, SealedSessionHandle } from './sealed-session.ts'
import type { Session } from './session-handle.ts'
import type { SessionStore } from './store.ts'

interface Data {
  n: number
  name?: string | undefined
}
const schema = z.object({ n: z.number().default(0), name: z.string().optional() })
const sealed = session({ schema, store: sealedCookie({ keys: ['…'] }) })
export const middleware: Middleware<{ session: SealedSessionHandle<Data> }> = sealed

sealed(async (_request, context) => {
  const session = await context.session.open()
  session.update((data) => {
    data.n++
  })
  session.set('name', session.data.name)
  session.delete('name')
  session.login('ann', { keep: ['n'] })
  session.destroy()
  void session.derive('csrf')
  // @ts-expect-error read-only
  session.data.n++
  // @ts-expect-error nobody knows which sessions there are
  void session.handle
  // @ts-expect-error an old cookie would bring the value again
  void session.take('name')
  // @ts-expect-error an old cookie would bring the value again
  session.flash('name', 'ann')
  // @ts-expect-error it is written into the response's head, and at no other time
  void session.commit()
  // @ts-expect-error the old cookie stays good
  session.rotate()
  return new Response()
})

// @ts-expect-error nobody knows which sessions there are
void sealed.sessions.list('ann')
// @ts-expect-error none can be ended from outside
void sealed.sessions.destroyAll('ann')
// @ts-expect-error none can be ended from outside
void sealed.sessions.destroy('handle')
// @ts-expect-error there is nothing to sweep
void sealed.sessions.sweep()

// It is no store, and cannot be used as one.
declare const cookie: SealedCookie
// @ts-expect-error no compare-and-swap, no anything
export const store: SessionStore = cookie

// What is written for a sealed session works with every other, and not the other way round.
declare const any: Session<Data>
export const less: SealedSession<Data> = any
declare const few: SealedSession<Data>
// @ts-expect-error a middleware that takes, or logs out everywhere, needs a store
export const more: Session<Data> = few
declare const greeting: Middleware<{ name: string }, { session: SealedSessionHandle<Data> }>
stack(sealed, greeting)((_request, { name }) => new Response(name))
stack(session({ schema, store: memory() }), greeting)((_request, { name }) => new Response(name))
