import { currentBorder, withBorders } from './border.ts'
import type { App } from './app.ts'
import type { Context } from './context.ts'
import type { Middleware } from './middleware.ts'

/**
 * One middleware made of several, outermost first. Applied to a handler it infers the handler's context; a layer that is
 * missing, in the wrong place, or gives a name that one before it gave, is a compile error that says so.
 *
 * ```ts
 * const app = stack(gzip(), session({ schema }), auth())((request, { session, user }) => new Response(user.name))
 * ```
 * @throws {TypeError} if a layer is not a function.
 */
export function stack<const L extends readonly Layer[]>(
  ...layers: { [I in keyof L]: L[I] & At<Order<L, Added<L>>, I> }
): Stack<Added<L>, Unmet<Missing<Needed<L>, Context & Added<L>>>>
export function stack(...layers: Layer[]): Stack<object, object> {
  layers.forEach((layer, index) => {
    if (typeof layer !== 'function')
      throw new TypeError(`stack() takes middlewares: argument ${index + 1} is ${typeof layer}`)
  })
  // oxlint-disable-next-line no-explicit-any
  return (app: App<any>) => {
    const border = currentBorder()
    if (border !== undefined) return withBorders(layers, app, border)
    return layers.reduceRight<App<any>>((inner, layer) => layer(inner), app) // oxlint-disable-line no-explicit-any
  }
}

/** What `stack` returns: a middleware that infers its handler's context, and refuses a handler while a layer is missing. */
export interface Stack<Adds, Needs> {
  // Not generic, so that what is inside another call, such as mount({ … }), is inferred too.
  (this: Complete<keyof Missing<Needs, Context>>, app: App<Context & Needs & Adds>): App
  <C extends Context = Context>(this: Complete<keyof Missing<Needs, C>>, app: App<NoInfer<C> & Needs & Adds>): App<C>
  readonly '~fsgi'?: { adds: Adds; needs: (value: Needs) => void }
}

// oxlint-disable-next-line no-explicit-any -- generic on purpose: a plain `(app) => app` here would erase the phantom
type Layer = Middleware<any, any>
type AddsOf<M> = M extends { readonly '~fsgi'?: { adds: infer A } } ? A : {}
type NeedsOf<M> = M extends { readonly '~fsgi'?: { needs: (value: infer N) => void } } ? N : {}
type Added<L> = L extends readonly [infer M, ...infer Rest] ? AddsOf<M> & Added<Rest> : {}
type Needed<L> = L extends readonly [infer M, ...infer Rest] ? NeedsOf<M> & Needed<Rest> : {}

/** The part of Needs that Have does not supply. */
type Missing<Needs, Have> = { [K in keyof Needs as Have extends { [P in K]: Needs[P] } ? never : K]: Needs[K] }

/** For each layer of L: unknown, or a sentence that says what is wrong with its place. */
type Order<L, All, Have = Context, Done extends readonly unknown[] = []> = L extends readonly [infer M, ...infer Rest]
  ? Order<
      Rest,
      All,
      Have & AddsOf<M>,
      [
        ...Done,
        Before<Extract<keyof Missing<NeedsOf<M>, Have>, keyof All & string>> &
          Once<keyof AddsOf<M> & keyof Have & string>,
      ]
    >
  : Done
type Before<K extends string> = [K] extends [never]
  ? unknown
  : `a layer before this one must add '${K}' as this one needs it`
type Once<K extends string> = [K] extends [never]
  ? unknown
  : `a layer before this one adds '${K}' already: give one of them another name`
type Unmet<M> = [keyof M] extends [never] ? {} : M
type At<T, I> = T extends readonly [] ? unknown : I extends keyof T ? T[I] : unknown
type Complete<K> = [K] extends [never] ? unknown : `no layer adds '${Extract<K, string>}'`
