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
  return reply(body, { status, statusText, headers: head.pairs })
}

class FlatHead implements Head {
  pairs: [name: string, value: string][] = []

  constructor(fields: readonly string[]) {
    for (let i = 0; i < fields.length; i += 2) this.pairs.push([fields[i]!, fields[i + 1]!])
  }

  get(name: string): string | null {
    const values = this.#all(name)
    return values.length === 0 ? null : values.join(', ')
  }

  getSetCookie(): string[] {
    return this.#all('set-cookie')
  }

  set(name: string, value: string): void {
    this.delete(name)
    this.append(name, value)
  }

  append(name: string, value: string): void {
    this.pairs.push([name, value])
  }

  delete(name: string): void {
    this.pairs = this.pairs.filter((pair) => pair[0] !== name)
  }

  #all(name: string): string[] {
    const values: string[] = []
    for (const pair of this.pairs) if (pair[0] === name) values.push(pair[1])
    return values
  }
}
