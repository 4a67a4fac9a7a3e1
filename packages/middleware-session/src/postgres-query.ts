/** What `postgres()` uses of a pool of the `pg` package, version 8.11 or later (or of anything like it). */
export interface PostgresPool {
  connect(callback: (error: Error | undefined, client: PostgresClient | undefined) => void): void
}

export interface PostgresClient {
  query(query: { text: string; values?: unknown[] }): Promise<{ rows: unknown[] }>
  release(destroy?: boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * Runs one statement, until the signal aborts. A statement that got no connection by then is never sent, and a connection
 * that did not answer by then is closed: what hangs does not fill the pool. What the database has undone because it
 * competed with others, under a stricter isolation than READ COMMITTED, is done again.
 */
export async function query<Row>(
  pool: PostgresPool,
  signal: AbortSignal,
  text: string,
  values: unknown[],
): Promise<Row[]> {
  for (;;) {
    try {
      return (await queryOnce(pool, signal, { text, values })) as Row[]
    } catch (error) {
      if (signal.aborted || !wasUndone(error)) throw error
    }
  }
}

/** The same, but once, and for several statements if no values are given: they are one transaction then. */
export async function queryOnce(
  pool: PostgresPool,
  signal: AbortSignal,
  statement: { text: string; values?: unknown[] },
): Promise<unknown[]> {
  const client = await clientOf(pool)
  let isBroken = false
  try {
    signal.throwIfAborted()
    isBroken = true
    const { rows } = await untilAborted(client.query(statement), signal)
    isBroken = false
    return rows
  } catch (error) {
    isBroken &&= !wasUndone(error)
    throw error
  } finally {
    client.release(isBroken)
    client.off('error', tolerate)
  }
}

/**
 * A connection that breaks emits an error besides failing its query; where nobody listens that ends the process. The pool
 * listens until it gives the connection away, so we must do so from within its callback: after its promise would be late.
 */
function clientOf(pool: PostgresPool): Promise<PostgresClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) return reject(error!)
      client.on('error', tolerate)
      resolve(client)
    })
  })
}

function tolerate(): void {}

function untilAborted<R>(work: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', abort)
    const end = (): void => signal.removeEventListener('abort', abort) // a signal may outlive many statements
    work.then(resolve, reject).finally(end)
  })
}

/** serialization_failure and deadlock_detected: the transaction was rolled back, so nothing of it was applied. */
function wasUndone(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === '40001' || code === '40P01'
}
