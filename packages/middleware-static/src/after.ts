/**
 * Goes on with a value that may have to be waited for: at once where it is there, so that a file in memory costs no promise.
 * A promise is told by its `then`, as it may be of another realm or library.
 */
export function after<T, U>(value: T | Promise<T>, then: (value: T) => U | Promise<U>): U | Promise<U> {
  return isPromise(value) ? Promise.resolve(value).then(then) : then(value)
}

/** For what every request comes through: there even the function for `after` is more than needed. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null | undefined)?.then === 'function'
}
