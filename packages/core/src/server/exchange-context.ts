import { DERIVE, EXCHANGE } from '../derive.ts'
import { pathBelow } from '../path.ts'
import type { Derivable, Derivation } from '../derive.ts'
import type { Addable, Cleanup, Context, Protocol, SocketAddress } from '../context.ts'
import type { Exchange } from './exchange.ts'

/**
 * The Context that servers hand out. Its own properties are the values that `with` added; everything else is a getter that
 * asks the exchange, so that nothing is made until somebody looks.
 */
export class ExchangeContext implements Context, Derivable {
  readonly #exchange: Exchange
  readonly #change: Derivation | undefined

  constructor(exchange: Exchange, change?: Derivation) {
    this.#exchange = exchange
    this.#change = change
  }

  get signal(): AbortSignal {
    return this.#change?.signal ?? this.#exchange.signal
  }
  get peerAddress(): SocketAddress | null {
    return this.#exchange.facts.peerAddress
  }
  get remoteAddress(): SocketAddress | null {
    const changed = this.#change?.remoteAddress
    return changed === undefined ? this.#exchange.facts.remoteAddress : changed
  }
  get localAddress(): SocketAddress | null {
    return this.#exchange.facts.localAddress
  }
  get protocol(): Protocol {
    return this.#exchange.facts.protocol
  }
  get encrypted(): boolean {
    return this.#exchange.facts.encrypted
  }
  get target(): string {
    return this.#exchange.facts.target
  }
  get mount(): string {
    return this.#change?.mount ?? this.#exchange.facts.mount
  }
  get path(): string {
    return pathBelow(this.#pathname, this.mount)
  }
  get env(): Readonly<Record<string, unknown>> {
    return this.#exchange.facts.env
  }
  get waitUntil(): (work: Promise<unknown>) => void {
    const exchange = this.#exchange // so that `const { waitUntil } = context` works
    return (work) => exchange.waitUntil(work)
  }
  get defer(): (cleanup: Cleanup) => void {
    const exchange = this.#exchange
    return (cleanup) => exchange.defer(cleanup)
  }
  get report(): (error: unknown) => void {
    const exchange = this.#exchange
    return (error) => exchange.report(error)
  }
  get sendInformational(): Context['sendInformational'] {
    return this.#exchange.facts.sendInformational
  }

  with<T extends object>(values: T & Addable<T>): this & T {
    const derived = new ExchangeContext(this.#exchange, this.#change)
    for (const name in values) {
      if (name in ExchangeContext.prototype || RESERVED.has(name)) {
        throw new TypeError(
          `[fsgi G5] context.with() cannot set '${name}': the name belongs to the Context; choose another`,
        )
      }
    }
    return Object.assign<ExchangeContext, this, T>(derived, this, values)
  }

  get [EXCHANGE](): object {
    return this.#exchange
  }

  [DERIVE](change: Derivation | ((pathname: string, mount: string) => Derivation)): this {
    const changes = typeof change === 'function' ? change(this.#pathname, this.mount) : change
    return Object.assign<ExchangeContext, this>(
      new ExchangeContext(this.#exchange, { ...this.#change, ...changes }),
      this,
    )
  }

  get #pathname(): string {
    return this.#change?.pathname ?? this.#exchange.facts.pathname
  }
}

const RESERVED: ReadonlySet<string> = new Set(['upgrade', 'trailers', 'tls', 'priority', 'sent'])
