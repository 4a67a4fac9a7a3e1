import { bodyOf, editHeaders, reply } from '@fsgi/core'
import { headOf } from '@fsgi/core/server'

/** What is done to the fields of a response; names are in lower case. Headers can do all of it. */
export type Head = Pick<Headers, 'get' | 'set' | 'append' | 'delete' | 'getSetCookie'>

/**
 * The response with other fields; the given one is not to be used any more. Where core knows the fields of a reply as a list,
 * and nobody has asked for Headers, none are made: that costs three times as much as the reply itself.
 */
export function editHead(response: Response, edit: (head: Head) => void): Response {
  const fields = headOf(response)
  const body = fields === null ? undefined : bodyOf(response)
  if (fields === null || body === undefined) return editHeaders(response, edit)
  const head = new FlatHead(fields)
  edit(head)
  const { status, statusText } = response
  return reply(body, { status, statusText, headers: head as Iterable<[string, string]> as HeadersInit })
}

/** A list of `name, value, …`; goes through its fields once, giving the same pair each time, so as to make as little as can be. */
class FlatHead implements Head, IterableIterator<[name: string, value: string]> {
  #fields: readonly string[]
  #at = 0
  readonly value: [name: string, value: string] = ['', '']
  done = false

  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  get(name: string): string | null {
    let found: string | null = null
    for (let i = 0; i < this.#fields.length; i += 2) {
      if (this.#fields[i] === name) found = found === null ? this.#fields[i + 1]! : `${found}, ${this.#fields[i + 1]}`
    }
    return found
  }

  getSetCookie(): string[] {
    return this.#fields.filter((_, i) => i % 2 === 1 && this.#fields[i - 1] === 'set-cookie')
  }

  set(name: string, value: string): void {
    this.delete(name)
    this.append(name, value)
  }

  append(name: string, value: string): void {
    this.#fields = this.#fields.concat(name, value)
  }

  delete(name: string): void {
    if (!this.#fields.includes(name)) return
    this.#fields = this.#fields.filter((_, i) => this.#fields[i - (i % 2)] !== name)
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): this {
    this.done = this.#at >= this.#fields.length
    this.value[0] = this.#fields[this.#at++]!
    this.value[1] = this.#fields[this.#at++]!
    return this
  }
}
