import type { App } from './app.ts'
import type { Middleware } from './middleware.ts'

/**
 * What a tool sets as `globalThis[Symbol.for('fsgi.border')]`, before stacks are made, to look at the borders between their
 * layers: it is given each layer with all that is below it, and the handler, and gives the app to go on with. An app that it
 * gave before, it gives back as it is: that is the outermost of a stack in a stack. `layer` is what to call it.
 */
export type Border = (app: App, layer: string) => App

/** The hook that is set now. A shared symbol, so that every copy of core finds it. */
export function currentBorder(): Border | undefined {
  return (globalThis as { [BORDER]?: Border })[BORDER]
}

const BORDER: unique symbol = Symbol.for('fsgi.border')

/** Applies layers, outermost first, with a border around each and around the handler. */
export function withBorders(layers: readonly Middleware[], app: App, border: Border): App {
  return layers.reduceRight(
    (inner, layer, index) => {
      const outer = layer(inner)
      return border(outer, nameOf(layer) ?? nameOf(outer) ?? `layer ${index + 1}`)
    },
    border(app, nameOf(app) ?? 'app'),
  )
}

/** A function's name, where it has one. Of a layer: the function that the middleware's factory returned. */
function nameOf(value: unknown): string | undefined {
  return typeof value === 'function' && typeof value.name === 'string' && value.name !== '' ? value.name : undefined
}
