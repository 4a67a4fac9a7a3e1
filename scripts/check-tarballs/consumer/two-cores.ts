// Two copies of core in one program, as npm installs them when two packages want different versions of it.
import { reply, stack as ours, type Context, type Middleware } from '@fsgi/core'
import { stack as theirs, type App as TheirApp, type Middleware as TheirMiddleware } from 'core-copy'

const user: Middleware<{ user: { name: string } }> = (app) => (request, context) =>
  app(request, context.with({ user: { name: 'Ann' } }))
const greeting: TheirMiddleware<{ greeting: string }, { user: { name: string } }> = (app) => (request, context) =>
  app(request, context.with({ greeting: `hello ${context.user.name}` }))

export const one: TheirApp = theirs(
  user,
  greeting,
)((_request, context) => reply(context.greeting.toUpperCase() + context.user.name))
export const two: (request: Request, context: Context) => Response | Promise<Response> = ours(
  user,
  theirs(greeting),
)((_request, { user: { name }, greeting: text }) => reply(text + name + one.length))

// @ts-expect-error -- the layer that adds the user comes too late, whichever core its types are from
theirs(greeting, user)
// @ts-expect-error -- nothing adds `absent`
ours(user, greeting)((_request, { absent }) => reply(absent))
