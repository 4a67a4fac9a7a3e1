/** A piece of markup. Only `html` makes one, so that text never becomes markup by accident. */
export class Html {
  readonly #markup: string

  private constructor(markup: string) {
    this.#markup = markup
  }

  /** Markup as it stands in the program. Every value that is put into it is escaped, unless it is markup itself. */
  static of(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
    return new Html(parts.map((part, index) => part + markupOf(values[index])).join(''))
  }

  toString(): string {
    return this.#markup
  }
}

/**
 * Makes markup from a template: text is escaped, so that it stays text between tags and in quoted attributes; lists are
 * joined; `false` and `undefined` are nothing.
 *
 * ```ts
 * html`<p title="${name}">${name}</p>`
 * ```
 */
export const html = Html.of

export type Value = Html | string | number | false | undefined | readonly Value[]

function markupOf(value: Value): string {
  if (value === false || value === undefined) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map(markupOf).join('')
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
