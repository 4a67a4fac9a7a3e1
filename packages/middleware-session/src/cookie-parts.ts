import { clearCookie, cookieName, findCookie, setCookie } from './cookie.ts'
import type { CookieSettings } from './cookie.ts'

/** How a text is spread over cookies: `id`, `id.1`, `id.2`. The first begins with their number. */
export class CookieParts {
  readonly #field: string | null
  readonly #settings: CookieSettings
  readonly #encrypted: boolean

  constructor(field: string | null, settings: CookieSettings, encrypted: boolean) {
    this.#field = field
    this.#settings = settings
    this.#encrypted = encrypted
  }

  /** The name of the first, as the browser has it. */
  get name(): string {
    return cookieName(this.#settings, this.#encrypted)
  }

  /** The texts that the request may have brought, whole: the first cookie may be there several times, the others not. */
  texts(): readonly string[] {
    const { values } = findCookie(this.#field, this.name, (value) => (FIRST.test(value) ? value : null))
    return values.flatMap((first) => {
      const parts = [first]
      for (let i = 1; i < Number(first[0]); i++) {
        const found = findCookie(this.#field, `${this.name}.${i}`, (value) => (OTHER.test(value) ? value : null))
        if (found.values.length !== 1) return []
        parts.push(found.values[0]!)
      }
      return [parts.join('')]
    })
  }

  /** How many cookies a text of this length takes, with its number. */
  count(length: number): number {
    return Math.ceil((length + 1) / this.#capacity)
  }

  /** The Set-Cookie values for a text, and for the cookies of a longer one that the request had. */
  set(text: string, maxAge: number | undefined): readonly string[] {
    const capacity = this.#capacity
    const count = this.count(text.length)
    const whole = `${count}${text}`
    const lines = Array.from({ length: count }, (_, i) =>
      setCookie(this.#part(i), this.#encrypted, whole.slice(i * capacity, (i + 1) * capacity), maxAge),
    )
    return [...lines, ...this.#clearFrom(count)]
  }

  clear(): readonly string[] {
    return this.#clearFrom(0)
  }

  #clearFrom(first: number): string[] {
    const parts = Array.from({ length: MAX_COOKIES }, (_, i) => this.#part(i)).slice(first)
    return parts
      .filter((part) => findCookie(this.#field, cookieName(part, this.#encrypted), () => null).present)
      .map((part) => clearCookie(part, this.#encrypted))
  }

  #part(index: number): CookieSettings {
    return index === 0 ? this.#settings : { ...this.#settings, name: `${this.#settings.name}.${index}` }
  }

  get #capacity(): number {
    return MAX_COOKIE - this.name.length - 2
  }
}

/** RFC 6265bis §5.6: browsers drop a cookie whose name and value are longer. */
const MAX_COOKIE = 4096
/** Node and most proxies refuse a head of 16 KiB. */
export const MAX_COOKIES = 3

const FIRST = /^[1-3][\w-]+$/
const OTHER = /^[\w-]+$/
