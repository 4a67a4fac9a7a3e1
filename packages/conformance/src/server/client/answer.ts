export interface Head {
  readonly status: number
  readonly reason: string
  /** In the order they came in, names in lower case, values as Latin-1. */
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** A response as it came in. */
export class Answer implements Head {
  readonly status: number
  readonly reason: string
  readonly fields: Head['fields']
  readonly body: Uint8Array
  /** Whether the message came to the end that its framing promised. */
  readonly complete: boolean
  /** The informational responses before it. */
  readonly interim: readonly Head[]

  constructor(head: Head, body: Uint8Array, complete: boolean, interim: readonly Head[]) {
    this.status = head.status
    this.reason = head.reason
    this.fields = head.fields
    this.body = body
    this.complete = complete
    this.interim = interim
  }

  /** Every line of a field. */
  all(name: string): string[] {
    return this.fields.filter((field) => field[0] === name).map((field) => field[1])
  }

  /** The lines of a field, joined; `null` if there is none. */
  get(name: string): string | null {
    const values = this.all(name)
    return values.length === 0 ? null : values.join(', ')
  }

  get text(): string {
    return new TextDecoder().decode(this.body)
  }

  json(): any {
    try {
      return JSON.parse(this.text)
    } catch {
      throw new Error(`expected JSON, saw ${this.status} ${JSON.stringify(this.text.slice(0, 200))}`)
    }
  }
}
