/** Types, checked by tsc. Every `@ts-expect-error` is a mistake that must not compile. */
import { z } from 'zod'
import { stack, toFetch } from '@fsgi/core'
import { memory } from './memory-store.ts'
import { postgres } from './postgres.ts'
import { session } from './session.ts'
import type { App, Context, Middleware } from '@fsgi/core'
import type { Pool } from 'pg'
import type { Session, SessionHandle } from './session-handle.ts'
import type { SessionStore } from './store.ts'

declare function same<A>(): <B>(value: B) => [A] extends [B] ? ([B] extends [A] ? true : false) : false

const schema = z.object({
  n: z.number().default(0),
  name: z.string().optional(),
  cart: z.array(z.object({ id: z.string() })).default([]),
  seen: z.map(z.string(), z.set(z.number())).optional(),
})
interface Data {
  n: number
  cart: { id: string }[]
  name?: string | undefined
  seen?: Map<string, Set<number>> | undefined
}

// The data's type comes from the schema's output, through the middleware, to the handler.
session({ schema })(async (_request, context) => {
  const session = await context.session.open()
  same<number>()(session.data.n) satisfies true
  same<string | undefined>()(session.data.name) satisfies true
  same<string | undefined>()(session.subject) satisfies true
  const taken = await session.take('name')
  same<string | undefined>()(taken) satisfies true
  return new Response()
})
export const middleware: Middleware<{ session: SessionHandle<Data> }> = session({ schema })
export const plain: App = session({ schema })(() => new Response())

export function writing(session: Session<Data>): void {
  session.update((data) => {
    data.n++
    data.cart.push({ id: 'a' })
  })
  session.set('name', 'ann')
  session.flash('name', 'ann')
  session.delete('name')
  session.rotate({ keep: ['n'] })
  session.login('ann', { keep: 'none' })
  // @ts-expect-error not a string
  session.set('name', 1)
  // @ts-expect-error no such key
  session.set('nam', 'ann')
  // @ts-expect-error a key that must be there cannot be deleted
  session.delete('n')
  // @ts-expect-error no such key
  session.rotate({ keep: ['x'] })
  // @ts-expect-error no such key
  void session.take('x')
}

export function reading({ data }: Session<Data>): void {
  // @ts-expect-error read-only
  data.n++
  // @ts-expect-error read-only
  data.cart.push({ id: 'a' })
  // @ts-expect-error read-only all the way down
  data.cart[0]!.id = 'b'
  // @ts-expect-error read-only
  data.seen?.set('a', new Set())
  // @ts-expect-error read-only
  data.seen?.get('a')?.add(1)
  // @ts-expect-error read-only
  delete data.name
}

// `as` names the member, and two sessions stand side by side.
const two = stack(
  session({ schema }),
  session({ schema: z.object({ id: z.string().optional() }), as: 'device', cookie: { name: 'device' } }),
)
export const both = two(async (_request, context) => {
  const [one, other] = [await context.session.open(), await context.device.open()]
  same<number>()(one.data.n) satisfies true
  same<string | undefined>()(other.data.id) satisfies true
  // @ts-expect-error the other's data
  void other.data.n
  return new Response()
})
void toFetch(both)

session({ schema, as: 'visitor' })((_request, context) => {
  // @ts-expect-error it is called visitor
  void context.session
  void context.visitor.open()
  return new Response()
})

// @ts-expect-error the same name twice
stack(session({ schema }), session({ schema }))

// A layer that needs the session says so, and must come after it.
declare const auth: Middleware<{ user: string }, { session: SessionHandle<Data> }>
stack(session({ schema }), auth)((_request, { user }) => new Response(user))
// @ts-expect-error the session comes first
stack(auth, session({ schema }))

// What a new session holds: needed exactly when the schema does not accept {}.
const strict = z.object({ theme: z.enum(['light', 'dark']) })
session({ schema: strict, initial: { theme: 'dark' } })
// @ts-expect-error initial is missing
session({ schema: strict })
// @ts-expect-error initial is not what the schema accepts
session({ schema: strict, initial: { theme: 'blue' } })
// @ts-expect-error the data of a session is an object
session({ schema: z.string(), initial: 'x' })

// A store must be able to compare and swap.
interface GetSet {
  get(id: string): Promise<Uint8Array>
  set(id: string, data: Uint8Array): Promise<void>
}
declare const getSet: GetSet
// @ts-expect-error no replace
session({ schema, store: getSet })
declare const withoutSwap: Omit<SessionStore, 'replace'> & { replace(id: string, data: Uint8Array): Promise<void> }
// @ts-expect-error replace that does not say whether it won
session({ schema, store: withoutSwap })

// What needs an index by subject is there when the store has one.
declare const withoutIndex: Omit<SessionStore, 'bySubject'>
const indexed = session({ schema, store: memory() }).sessions
const other = session({ schema, store: withoutIndex }).sessions
void indexed.destroyAll('ann')
void session({ schema }).sessions.destroyAll('ann')
void other.destroy('handle')
void other.sweep()
// @ts-expect-error no index
void other.destroyAll('ann')
export async function devices(): Promise<void> {
  for await (const { handle, data } of indexed.list('ann')) {
    same<string>()(handle) satisfies true
    void data?.name
    // @ts-expect-error read-only
    if (data !== null) data.n = 1
  }
}

// @ts-expect-error not an option
session({ schema, secret: 'x' })

export type Unused = Context

// A pool of the `pg` package is a pool.
declare const pool: Pool
void session({ schema, store: postgres(pool) }).sessions.destroyAll('ann')
