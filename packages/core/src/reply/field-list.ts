import { fieldName, fieldValue } from './head-fields.ts'

/** Header fields to read and to change: of Headers what `editHeaders` lets an edit do. */
export type HeaderFields = Pick<Headers, 'get' | 'has' | 'set' | 'append' | 'delete' | 'getSetCookie'>

/**
 * The fields of a reply that nobody has asked for its Headers: making those of a few fields costs more than all that is done
 * with them here. Once they are made, they are what is read and changed, also by who has kept this list.
 */
export class FieldList implements HeaderFields {
  #fields: string[]
  #isOwn = false
  #headers: Headers | null = null

  /** @param fields `[name, value, …]`, names in lower case, which others may have as well */
  constructor(fields: readonly string[]) {
    this.#fields = fields as string[]
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
    return this.#headers === null ? this.#indexOf(fieldName(name)) >= 0 : this.#headers.has(name)
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
    this.#own().push(lower, kept)
  }

  append(name: string, value: string): void {
    if (this.#headers !== null) return this.#headers.append(name, value)
    const lower = fieldName(name)
    this.#own().push(lower, fieldValue(value))
  }

  delete(name: string): void {
    if (this.#headers !== null) return this.#headers.delete(name)
    this.#remove(fieldName(name))
  }

  #remove(name: string): void {
    if (this.#indexOf(name) < 0) return
    this.#fields = this.#fields.filter((_, i) => this.#fields[i & ~1] !== name)
    this.#isOwn = true
  }

  #indexOf(name: string): number {
    for (let i = 0; i < this.#fields.length; i += 2) if (this.#fields[i] === name) return i
    return -1
  }

  #own(): string[] {
    if (!this.#isOwn) {
      this.#fields = this.#fields.slice()
      this.#isOwn = true
    }
    return this.#fields
  }
}
