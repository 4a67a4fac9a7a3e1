import { bodyOf, editHeaders, reply } from '@fsgi/core'
import { headOf } from '@fsgi/core/server'

/** What is asked of the fields of a response, and done to them; names are in lower case. Headers can do all of it. */
export type Head = Pick<Headers, 'get' | 'has' | 'set' | 'append' | 'delete'>

/** The fields of a response, to be read. */
export function readHead(response: Response): Pick<Head, 'get' | 'has'> {
  const flat = headOf(response)
  return flat === null ? response.headers : new FlatHead(flat)
}

/** The response with other fields; the given one is not to be used any more. */
export function withHead(response: Response, edit: (head: Head) => void): Response {
  const body = bodyOf(response)
  const head = body === undefined ? null : editable(response)
  if (head === null) return editHeaders(response, edit)
  edit(head)
  return reply(body, head.initLike(response))
}

/** The response with other fields and another body, whose bytes are known; the given one is not to be used any more. */
export function withBody(response: Response, body: Uint8Array<ArrayBuffer>, edit: (head: Head) => void): Response {
  const head = editable(response)
  if (head === null) return reply(body, editHeaders(response, edit))
  edit(head)
  return reply(body, head.initLike(response))
}

function editable(response: Response): FlatHead | null {
  const flat = headOf(response)
  return flat === null ? null : new FlatHead([...flat])
}

/**
 * The fields of a reply that nobody has looked at, as core keeps them: `[name, value, …]`, names in lower case. Making Headers of a
 * few fields, only to read them back from there, costs more than all that is done with them here.
 */
class FlatHead implements Head {
  #fields: string[]

  constructor(fields: readonly string[]) {
    this.#fields = fields as string[]
  }

  get(name: string): string | null {
    let found: string | null = null
    for (let i = 0; i < this.#fields.length; i += 2) {
      if (this.#fields[i] === name) found = found === null ? this.#fields[i + 1]! : `${found}, ${this.#fields[i + 1]}`
    }
    return found
  }

  has(name: string): boolean {
    for (let i = 0; i < this.#fields.length; i += 2) if (this.#fields[i] === name) return true
    return false
  }

  set(name: string, value: string): void {
    this.delete(name)
    this.append(name, value)
  }

  append(name: string, value: string): void {
    this.#fields.push(name, value)
  }

  delete(name: string): void {
    if (this.has(name)) this.#fields = this.#fields.filter((_, i) => this.#fields[i & ~1] !== name)
  }

  /** For a reply with the status of the response and these fields. */
  initLike({ status, statusText }: Response): ResponseInit {
    const headers: [string, string][] = []
    for (let i = 0; i < this.#fields.length; i += 2) headers.push([this.#fields[i]!, this.#fields[i + 1]!])
    return { status, statusText, headers }
  }
}
