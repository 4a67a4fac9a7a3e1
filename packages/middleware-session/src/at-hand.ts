/**
 * The answer of a store that has it at hand: a promise for whoever waits for it. Who asks with `answerOf` goes on at once, and gets
 * what the store itself keeps, to look at only; the others get a copy of their own.
 */
export class AtHand<R> implements Promise<R> {
  readonly [Symbol.toStringTag] = 'Promise'
  /** What the store keeps: for `answerOf`. */
  readonly answer: R
  readonly #copy: (answer: R) => R

  constructor(answer: R, copy: (answer: R) => R = itself) {
    this.answer = answer
    this.#copy = copy
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is one
  then<A = R, B = never>(
    onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return Promise.resolve(this.#copy(this.answer)).then(onFulfilled, onRejected)
  }

  catch(): Promise<R> {
    return this.then()
  }

  finally(onFinally?: (() => void) | null): Promise<R> {
    return this.then().finally(onFinally)
  }
}

/** The answer of an `AtHand`; of any other promise the promise. */
export function answerOf<R>(promise: Promise<R>): R | Promise<R> {
  return promise instanceof AtHand ? (promise.answer as R) : promise
}

function itself<R>(answer: R): R {
  return answer
}
