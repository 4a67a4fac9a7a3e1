const whole = new TextDecoder()

/** Text that arrives in pieces of UTF-8, each decoded as it comes: cheaper than to join the bytes first. */
export class Utf8Text {
  #first: Uint8Array | undefined
  #decoder: TextDecoder | undefined
  #text = ''

  add(chunk: Uint8Array): void {
    if (this.#decoder !== undefined) this.#text += this.#decoder.decode(chunk, { stream: true })
    else if (this.#first === undefined) this.#first = chunk
    else {
      this.#decoder = new TextDecoder()
      this.#text = this.#decoder.decode(this.#first, { stream: true })
      this.#text += this.#decoder.decode(chunk, { stream: true })
    }
  }

  end(): string {
    if (this.#decoder !== undefined) return this.#text + this.#decoder.decode()
    return this.#first === undefined ? '' : whole.decode(this.#first)
  }
}
