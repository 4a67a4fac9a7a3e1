import { CommitQueue } from './commit-queue.ts'
import { DataFormat } from './data-format.ts'
import { readOptions } from './options.ts'
import { SaveSession } from './save-session.ts'
import { StoreClient } from './store-client.ts'
import type { CheckedOptions } from './options.ts'
import type { StandardSchema } from './standard-schema.ts'

/** Everything that one `session()` uses for all its requests. */
export interface SessionSetup<T extends object> extends Omit<CheckedOptions, 'store' | 'schema'> {
  readonly store: StoreClient
  readonly format: DataFormat<T>
  readonly save: SaveSession<T>
}

/** @throws {TypeError} for an option that is wrong, or a schema that refuses the initial data. */
export function setUp<T extends object>(given: unknown): SessionSetup<T> {
  const options = readOptions(given)
  const store = new StoreClient(options.store, options.now, options.storeTimeout)
  const format = formatFor<T>(options)
  const queue = new CommitQueue({ ...options, store, format })
  return { ...options, store, format, save: new SaveSession({ ...options, store, format, queue }) }
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
