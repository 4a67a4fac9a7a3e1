import { LiveSession } from './live-session.ts'
import { SessionVersionError } from './data-format.ts'
import type { Exchange, Found, Keeper, Opened } from './keeper.ts'
import type { SessionSetup } from './session-setup.ts'

export interface Visitor<T extends object> extends Exchange {
  onOpen(session: LiveSession<T>, keeper: Keeper<T>): void
  onLateWrite(): void
}

/**
 * Finds the session that the request brought, or makes a new one: at once where neither the store nor the schema keeps it
 * waiting. @throws {SessionStoreError} as the options say.
 */
export function openSession<T extends object>(
  setup: SessionSetup<T>,
  visitor: Visitor<T>,
): LiveSession<T> | Promise<LiveSession<T>> {
  const keeper = setup.keeperFor(visitor)
  const initial = setup.format.initial()
  if (initial instanceof Promise) return initial.then((initial) => new Opening(setup, visitor, keeper, initial).find())
  return new Opening(setup, visitor, keeper, initial).find()
}

class Opening<T extends object> {
  readonly #setup: SessionSetup<T>
  readonly #visitor: Visitor<T>
  readonly #keeper: Keeper<T>
  readonly #initial: () => T

  constructor(setup: SessionSetup<T>, visitor: Visitor<T>, keeper: Keeper<T>, initial: () => T) {
    this.#setup = setup
    this.#visitor = visitor
    this.#keeper = keeper
    this.#initial = initial
  }

  find(): LiveSession<T> | Promise<LiveSession<T>> {
    const finding = this.#keeper.find()
    if (!(finding instanceof Promise)) return this.#read(finding)
    return finding.then(
      (found) => this.#read(found),
      (error: unknown) => {
        if (this.#setup.onStoreError === 'throw') throw error
        this.#visitor.report(error)
        return this.#live(undefined, error as Error)
      },
    )
  }

  #read(found: Found | undefined): LiveSession<T> | Promise<LiveSession<T>> {
    if (found === undefined) return this.#live(undefined)
    const { token, record } = found
    let data: T | Promise<T>
    try {
      data = this.#setup.format.fromBytes(record.data)
    } catch (error) {
      return this.#unreadable(found, error)
    }
    if (!(data instanceof Promise)) return this.#live({ token, record, data })
    return data.then(
      (data) => this.#live({ token, record, data }),
      (error: unknown) => this.#unreadable(found, error),
    )
  }

  #unreadable({ token, record }: Found, error: unknown): LiveSession<T> {
    this.#visitor.report(error)
    const readOnly = error instanceof SessionVersionError ? error : undefined
    return this.#live({ token, record, data: this.#initial() }, readOnly)
  }

  #live(opened: Opened<T> | undefined, readOnly?: Error): LiveSession<T> {
    const session = new LiveSession<T>({
      initial: this.#initial,
      opened,
      readOnly,
      keeper: this.#keeper,
      setup: this.#setup,
      visitor: this.#visitor,
    })
    this.#visitor.onOpen(session, this.#keeper)
    return session
  }
}
