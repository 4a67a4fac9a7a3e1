/** Goes on with a value that may have to be waited for: at once where it is there, so that a file in memory costs no promise. */
export function after<T, U>(value: T | Promise<T>, then: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(then) : then(value)
}
