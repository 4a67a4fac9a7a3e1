import { CommitQueue } from './commit-queue.ts'
import { DataFormat } from './data-format.ts'
import { readOptions } from './options.ts'
import { StoreClient } from './store-client.ts'
import { StoredKeeper } from './stored-keeper.ts'
import { sessionsOf } from './sessions.ts'
import type { CheckedOptions } from './options.ts'
import type { Exchange, Keeper } from './keeper.ts'
import type { SessionsOfAny, SessionsBySubject } from './sessions.ts'
import type { StandardSchema } from './standard-schema.ts'

/** Everything that one `session()` uses for all its requests. */
export interface SessionSetup<T extends object> extends Omit<CheckedOptions, 'store' | 'schema'> {
  readonly format: DataFormat<T>
  readonly keeperFor: (exchange: Exchange) => Keeper<T>
  readonly sessions: (SessionsOfAny & SessionsBySubject<T>) | {}
}

/** @throws {TypeError} for an option that is wrong, or a schema that refuses the initial data. */
export function setUp<T extends object>(given: unknown): SessionSetup<T> {
  const options = readOptions(given)
  const format = formatFor<T>(options)
  if ('~keeper' in options.store) {
    return { ...options, format, keeperFor: options.store['~keeper']({ ...options, format }), sessions: {} }
  }
  const store = new StoreClient(options.store, options.now, options.storeTimeout)
  const queue = new CommitQueue({ ...options, store, format })
  const settings = { ...options, store, format, queue }
  return {
    ...options,
    format,
    keeperFor: (exchange) => new StoredKeeper(settings, exchange),
    sessions: sessionsOf({ store, format }),
  }
}

function formatFor<T extends object>(options: CheckedOptions): DataFormat<T> {
  try {
    return new DataFormat({
      ...options,
      schema: options.schema as StandardSchema<unknown, T>,
      migrate: options.migrate,
    })
  } catch (error) {
    const reason = (error as Error).message
    throw new TypeError(`@fsgi/middleware-session: option 'initial' must be what the schema accepts: ${reason}`, {
      cause: error,
    })
  }
}
