const SHOWN = 4000 // ms

/** What has just been done, or could not be: for everybody to read or hear. */
export class Notice {
  text = ''
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed
  }

  /** @param {string} text */
  say(text) {
    this.text = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.text = ''
      this.changed()
    }, SHOWN)
    this.changed()
  }

  /**
   * What `work` gives, or undefined after having said why not.
   * @template T
   * @param {string} failure
   * @param {() => Promise<T>} work
   */
  async attempt(failure, work) {
    try {
      return await work()
    } catch (error) {
      this.say(`It ${failure}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }

  /**
   * Whether `work` was done; if not, why has been said.
   * @param {string} failure
   * @param {() => Promise<void>} work
   */
  async done(failure, work) {
    return (await this.attempt(failure, async () => (await work(), true))) === true
  }
}
