/** What has become of a promise so far; `result` once it has one. */
export interface Settling<T> {
  readonly promise: Promise<T>
  settled: boolean
  result?: T
}

/** Gives a promise the few turns that take no time, and says what has become of it. Never waits for anything else. */
export async function settlingSoon<T>(promise: Promise<T>): Promise<Settling<T>> {
  const one: Settling<T> = { promise, settled: false }
  promise.then(
    (result) => {
      one.settled = true
      one.result = result
    },
    () => (one.settled = true), // whoever goes on with the promise gets the error
  )
  for (let turn = 0; turn < TURNS && !one.settled; turn++) await Promise.resolve()
  return one
}

/** Runtimes need one to five for a chunk that is at hand. */
const TURNS = 8
