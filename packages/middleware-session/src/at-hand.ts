const ANSWER = Symbol('fsgi.session.answer')

interface AtHand<R> extends Promise<R> {
  [ANSWER]?: R
}

/**
 * A promise of a value that is there already, for a store which needs not wait. To others it is a promise like any other; who
 * asks with `answerOf` goes on at once.
 */
export function atHand<R extends {} | null>(value: R): Promise<R> {
  const promise: AtHand<R> = Promise.resolve(value)
  promise[ANSWER] = value
  return promise
}

/** The value of a promise that `atHand` made, or else the promise. */
export function answerOf<R>(promise: Promise<R>): R | Promise<R> {
  const answer = (promise as AtHand<R>)[ANSWER]
  return answer === undefined ? promise : answer
}
