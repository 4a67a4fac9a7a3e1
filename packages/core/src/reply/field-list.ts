import { fieldName, fieldValue } from './head-fields.ts'

/** Header fields to read and to change: of Headers what `editHeaders` lets an edit do. */
export type HeaderFields = Pick<Headers, 'get' | 'has' | 'set' | 'append' | 'delete' | 'getSetCookie'>

/**
 * The fields of a reply that nobody has asked for its Headers: making those of a few fields costs more than all that is done
 * with them here. Once they are made, they are what is read and changed, also by who has kept this list.
 */
export class FieldList implements HeaderFields {
  #fields: readonly string[] // never changed, as others may have them as well; short, so that a new one is cheap
  #headers: Headers | null = null

  /** @param fields `[name, value, …]`, names in lower case */
  constructor(fields: readonly string[]) {
    this.#fields = fields
  }

  get fields(): readonly string[] {
    return this.#fields
  }

  /** From now on they are in these Headers. */
  moveTo(headers: Headers): void {
    this.#headers = headers
  }

  get(name: string): string | null {
    if (this.#headers !== null) return this.#headers.get(name)
    const lower = fieldName(name)
    const fields = this.#fields
    let found: string | null = null
    for (let i = 0; i < fields.length; i += 2) {
      if (fields[i] === lower) found = found === null ? fields[i + 1]! : `${found}, ${fields[i + 1]}`
    }
    return found
  }

  has(name: string): boolean {
    return this.#headers === null ? hasField(this.#fields, fieldName(name)) : this.#headers.has(name)
  }

  getSetCookie(): string[] {
    if (this.#headers !== null) return this.#headers.getSetCookie()
    return this.#fields.filter((_, i) => i % 2 === 1 && this.#fields[i - 1] === 'set-cookie')
  }

  set(name: string, value: string): void {
    if (this.#headers !== null) return this.#headers.set(name, value)
    const lower = fieldName(name)
    const kept = fieldValue(value)
    this.#remove(lower)
    this.#fields = withField(this.#fields, lower, kept)
  }

  append(name: string, value: string): void {
    if (this.#headers !== null) return this.#headers.append(name, value)
    const lower = fieldName(name)
    this.#fields = withField(this.#fields, lower, fieldValue(value))
  }

  delete(name: string): void {
    if (this.#headers !== null) return this.#headers.delete(name)
    this.#remove(fieldName(name))
  }

  #remove(name: string): void {
    if (hasField(this.#fields, name)) this.#fields = this.#fields.filter((_, i) => this.#fields[i & ~1] !== name)
  }
}

/** A list of its size, with one more at the end: `concat` takes ten times as long, and a spread makes room for more to come. */
function withField(fields: readonly string[], name: string, value: string): readonly string[] {
  const more = new Array<string>(fields.length + 2) // oxlint-disable-line unicorn/no-new-array -- its length
  for (let i = 0; i < fields.length; i++) more[i] = fields[i]!
  more[fields.length] = name
  more[fields.length + 1] = value
  return more
}

/** Whether a list of fields has one of this name, in lower case. */
export function hasField(fields: readonly string[], name: string): boolean {
  for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return true
  return false
}
