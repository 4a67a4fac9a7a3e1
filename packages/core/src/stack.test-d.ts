// What must and must not compile. Checked by `tsc`: an @ts-expect-error without an error is an error.
import { fromFetch, mount, reply, stack } from './index.ts'
import type { App, Context, Entry, Middleware } from './index.ts'

declare function serve(entry: Entry): void

interface Session<T = unknown> {
  get(): T
  save(value: T): void
}
interface User {
  name: string
  admin: boolean
}
type WithSession = { session: Session }
type WithUser = { user: User }
declare const gzip: (options?: { level?: number }) => Middleware
declare const session: <T = unknown>(options?: { parse(value: unknown): T }) => Middleware<{ session: Session<T> }>
declare const auth: () => Middleware<WithUser, WithSession>
declare const log: () => Middleware
declare const add: <K extends string, V>(key: K, value: V) => Middleware<Record<K, V>>
declare function same<A>(): <B>(value: B) => [A] extends [B] ? ([B] extends [A] ? true : never) : never
const yes: true = true

// inline handler: parameters inferred, destructured context, Needs met by an earlier layer
export const a1 = stack(
  gzip(),
  session({ parse: (v) => Number(v) }),
  auth(),
)((request, { session, user, path }) => {
  const n: number = session.get()
  // @ts-expect-error get() is a number
  const s: string = session.get()
  request.headers.get('a')
  return new Response(user.name + path + n + s)
})
serve(a1)
const is1: App = a1

// async inline handler and whole context
export const a2 = stack(
  session(),
  auth(),
)(async (_request, context) => {
  context.waitUntil(Promise.resolve())
  const more = context.with({ trace: 1 })
  more.trace.toFixed()
  // @ts-expect-error nothing adds this
  void context.nothing
  return new Response(context.user.name)
})
serve(a2)

// wrong order
// @ts-expect-error a layer before this one must add 'session' as this one needs it
stack(gzip(), auth(), session())
// missing layer
// @ts-expect-error no layer adds 'session'
stack(gzip(), auth())((_request, { user }) => new Response(user.name))

// wrong type of what is needed
declare const counter: () => Middleware<{ count: number }, { session: Session<{ n: number }> }>
stack(session({ parse: () => ({ n: 1 }) }), counter())((_r, { count }) => new Response(String(count)))
// @ts-expect-error session is a Session<string>
stack(session({ parse: () => 'x' }), counter())

// 16 layers
export const a16 = stack(
  add('a', 1),
  add('b', ''),
  add('c', true),
  add('d', 1),
  add('e', 1),
  add('f', 1),
  add('g', 1),
  add('h', 1),
  gzip(),
  log(),
  session(),
  auth(),
  add('i', 1),
  add('j', 1),
  add('k', 1),
  add('l', [1]),
)((_request, { a, b, c, l, user }) => {
  const ok: [number, string, boolean, number[], User] = [a, b, c, l, user]
  return Response.json(ok)
})
serve(a16)

// stack of stacks; an inner stack whose needs the outer one meets
const web = stack(gzip(), session())
const inner = stack(auth(), log())
export const nested = stack(
  web,
  inner,
  add('z', 1),
)((_request, { session, user, z }) => new Response(user.name + z + session.get()))
serve(nested)
// @ts-expect-error a layer before this one must add 'session' as this one needs it
stack(inner, web)
// @ts-expect-error no layer adds 'session'
inner((_r, { user }) => new Response(user.name))
// a stack is a middleware
const asMiddleware: Middleware<{ session: Session }> = web
const asPartial: Middleware<WithUser, WithSession> = inner

// a middleware in a variable, a list built in a variable
const compress = gzip()
const authenticated = auth()
serve(stack(compress, session(), authenticated)((_r, { user }) => new Response(user.name)))
const list = [gzip(), log()]
serve(stack(...list)(() => new Response('')))
serve(stack()(() => new Response('')))

// plain fetch handlers as apps
declare const hono: { fetch(request: Request, env?: unknown, ctx?: object): Response | Promise<Response> }
serve(stack(gzip(), session())((request) => new Response(request.url)))
serve(stack(gzip(), session())(hono.fetch))
serve(hono)
// a handler that needs nothing
const hello = () => new Response('hello')
serve(hello)
serve(stack(gzip(), session(), auth())(hello))

// handlers declared elsewhere, with less than, exactly and more than what is there
declare const less: App<Context & WithSession>
declare const exact: App<Context & { session: Session; user: User }>
declare const more: App<Context & WithUser & { tenant: string }>
serve(stack(session(), auth())(less))
serve(stack(session(), auth())(exact))
// @ts-expect-error tenant
stack(session(), auth())(more)

// mount() as app, below what its apps need
serve(stack(gzip())(mount({ '/': hello, '/a': hono.fetch })))
const admin: App<Context & WithSession> = stack(auth())(
  (_r, { user, session }) => new Response(user.name + session.get()),
)
serve(stack(session())(mount({ '/admin': admin, '/': hello })))
serve(stack(session())(mount({ '/who': (_r, { session }) => new Response(String(session.get())) })))
// @ts-expect-error session
serve(mount({ '/admin': admin, '/': hello }))
// @ts-expect-error session
serve(admin)
// the same without naming the type of admin
const admin2 = stack(auth())<Context & WithSession>((_r, { user, session }) => new Response(user.name + session.get()))
yes satisfies ReturnType<ReturnType<typeof same<typeof admin>>>
void admin2

// a written middleware: the implementation is checked against its declared type
export const timing = (): Middleware<{ started: number }> => (app) => (request, context) =>
  app(request, context.with({ started: Date.now() }))
export const requireAdmin = (): Middleware<{}, WithUser> => (app) => (request, context) =>
  context.user.admin ? app(request, context) : new Response(null, { status: 403 })
export const forgets = (): Middleware<{ started: number }> => (app) => (request, context) =>
  // @ts-expect-error started is not there
  app(request, context)
serve(stack(session(), auth(), requireAdmin(), timing())((_r, { started, user }) => new Response(user.name + started)))
// @ts-expect-error a layer before this one must add 'user' as this one needs it
stack(session(), requireAdmin(), auth())

// an inline middleware in the list
serve(
  stack(
    session(),
    (app) => async (request, context) => {
      const response = await app(request, context)
      response.headers.set('x', '1')
      return response
    },
    auth(),
  )((_r, { user }) => new Response(user.name)),
)

// unannotated middleware functions
const plain =
  (app: App): App =>
  (request, context) =>
    app(request, context)
const generic =
  <C extends Context>(app: App<C>): App<C> =>
  async (request, context) =>
    app(request, context)
serve(stack(plain, session(), generic, auth())((_r, { user }) => new Response(user.name)))

// a published middleware made of others
export const secure = (): Middleware<{ session: Session } & WithUser> => stack(session(), auth())
export const part = (): Middleware<WithUser, WithSession> => stack(log(), auth())

// without stack: nested by hand
const byHand: App = session()(
  gzip()(auth()((_r: Request, { user }: Context & WithSession & WithUser) => new Response(user.name))),
)
serve(byHand)

// unsound assignments are errors
// @ts-expect-error needs
const bad1: Middleware = auth()
// @ts-expect-error adds
const bad2: Middleware<WithUser> = gzip()
const fine: Middleware<{}, WithSession> = gzip()
void [is1, asMiddleware, asPartial, fine, bad1, bad2]

// mount() infers the context of its apps, inside serve() and on its own
export const places = stack(
  session({ parse: (v) => Number(v) }),
  auth(),
)(mount({ '/who': (_r, { session, user }) => new Response(user.name + session.get().toFixed()), '/': hello }))
serve(places)

// a name given twice
// @ts-expect-error a layer before this one adds 'session' already: give one of them another name
stack(session(), gzip(), session())
// @ts-expect-error a layer before this one adds 'session' already: give one of them another name
stack(web, session())
// @ts-expect-error a name that the Context has
stack(add('path', 1))

// with(): neither the Context's own names nor the reserved ones
declare const context: Context
const { session: text, user: one } = context.with({ user: 1 }).with({ session: 'x' })
// @ts-expect-error the Context's own
context.with({ path: '/' })
// @ts-expect-error the Context's own
context.with({ user: 1, signal: new AbortController().signal })
// @ts-expect-error reserved
context.with({ upgrade: () => {} })
// @ts-expect-error reserved
context.with({ sendInformational: () => {} })
// @ts-expect-error immutable
context.mount = '/x'
// @ts-expect-error not an object
context.with('user')

// optional features are absent when unsupported
// @ts-expect-error possibly undefined
context.sendInformational(103)
context.sendInformational?.(103, { link: '</style.css>; rel=preload' })

// a copy of a context is not a context for what needs its methods' results typed, but reads the same
const { path, env }: { path: string; env: Readonly<Record<string, unknown>> } = context

// fromFetch: what follows the request is typed
declare const worker: {
  fetch(request: Request, env: { KV: string }, ctx: { waitUntil(work: Promise<unknown>): void }): Promise<Response>
}
serve(fromFetch(worker.fetch, ({ waitUntil }) => [{ KV: 'x' }, { waitUntil }]))
// @ts-expect-error KV is a string
fromFetch(worker.fetch, ({ waitUntil }) => [{ KV: 1 }, { waitUntil }])
// @ts-expect-error one argument is missing
fromFetch(worker.fetch, () => [{ KV: 'x' }])

// reply
reply('x').headers.append('a', 'b')
reply.json({ a: 1 }, { status: 201 })
// @ts-expect-error a stream has no known bytes
reply(new ReadableStream())
// @ts-expect-error not bytes
reply(42)

// entries
serve({ start: async (host) => (host.defer(() => {}), hello) })
serve({ exclusive: true, start: () => hello })
// @ts-expect-error start must give an app
serve({ start: () => 'hello' })
// @ts-expect-error not an entry
serve({ handler: hello })
void [path, env, text satisfies string, one satisfies number]
