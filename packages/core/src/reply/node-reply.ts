import { NativeResponse } from '../native-response.ts'
import { BYTES, EDIT, HEAD } from './marks.ts'
import { FieldList, hasField } from './field-list.ts'
import { headFields } from './head-fields.ts'
import { likeResponse } from './like-response.ts'
import { rememberBytes } from './stream-bytes.ts'
import type { HeaderFields } from './field-list.ts'
import type { KnownBody, Marked } from './marks.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * A Response built on a null body, because on Node building a body stream costs many times the rest. The stream and the
 * Headers are made when somebody asks; until then it answers from the bytes and the fields it was given.
 */
export class NodeReply extends NativeResponse implements Marked {
  readonly #bytes: KnownBody
  #fields: readonly string[] | FieldList | null // the fields, a list of them that is edited, or null where Headers have them
  #plain: Response | null = null // from the first touch on, a plain Response holds the body
  #used = false

  static {
    // Ways to read a body that this class does not know, such as textStream() of Node 26, would see that the base has none.
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(NativeResponse.prototype))) {
      if (typeof value !== 'function' || Object.hasOwn(this.prototype, name)) continue
      const method = value as (...given: unknown[]) => unknown
      const passedOn = {
        [name](this: NodeReply, ...given: unknown[]): unknown {
          return method.apply(this.#typed(), given)
        },
      }
      Object.defineProperty(this.prototype, name, { value: passedOn[name], configurable: true, writable: true })
    }
    likeResponse(this)
  }

  constructor(bytes: KnownBody, init?: ResponseInit, type?: string) {
    if (isPlain(init)) super(null)
    else {
      super(null, statusLine(init))
      if (bytes !== null) refuseBody(this.status)
    }
    this.#bytes = bytes
    this.#fields = (init instanceof NodeReply ? init.#copied(type) : null) ?? headFields(init?.headers, type)
  }

  override get headers(): Headers {
    const headers = super.headers
    const fields = this[HEAD]()
    if (fields !== null) {
      for (let i = 0; i < fields.length; i += 2) headers.append(fields[i]!, fields[i + 1]!)
      if (this.#fields instanceof FieldList) this.#fields.moveTo(headers)
      this.#fields = null
    }
    return headers
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#bytes === null) return null
    if (this.#plain === null) rememberBytes(this.#materialise().body, this.#bytes)
    return this.#materialise().body
  }

  override get bodyUsed(): boolean {
    return this.#plain === null ? this.#used : this.#plain.bodyUsed
  }

  override async text(): Promise<string> {
    const bytes = this.#take()
    return bytes === undefined ? this.#materialise().text() : decoder.decode(bytes)
  }

  override async json(): Promise<unknown> {
    const bytes = this.#take()
    return bytes === undefined ? this.#materialise().json() : JSON.parse(decoder.decode(bytes))
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer())
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = this.#take()
    return bytes === undefined ? this.#materialise().arrayBuffer() : new Uint8Array(bytes).buffer // a copy, of a Buffer too
  }

  override async blob(): Promise<Blob> {
    return this.#typed().blob()
  }

  override async formData(): Promise<FormData> {
    return this.#typed().formData()
  }

  override clone(): Response {
    const fields = this[HEAD]()
    const headers = fields === null ? super.headers : pairs(fields)
    const init = { status: this.status, statusText: this.statusText, headers }
    if (this.#plain === null && !this.#used) return new NodeReply(this.#bytes, init)
    return new NativeResponse(this.#materialise().clone().body, init)
  }

  [BYTES](): KnownBody | undefined {
    if (this.#plain === null) return this.#used ? undefined : this.#bytes
    return this.#plain.bodyUsed || this.#plain.body?.locked === true ? undefined : this.#bytes
  }

  [HEAD](): readonly string[] | null {
    return this.#fields instanceof FieldList ? this.#fields.fields : this.#fields
  }

  [EDIT](): HeaderFields {
    if (this.#fields === null) return super.headers
    if (!(this.#fields instanceof FieldList)) this.#fields = new FieldList(this.#fields)
    return this.#fields
  }

  /** For another reply with these fields, which were checked already; `null` where it has to ask for Headers. */
  #copied(type: string | undefined): readonly string[] | null {
    const fields = this[HEAD]()
    return fields === null || (type !== undefined && !hasField(fields, 'content-type')) ? null : fields
  }

  /** The bytes, once; undefined where a stream exists or they were taken. */
  #take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#plain !== null || this.#used) return undefined
    this.#used = this.#bytes !== null
    return typeof this.#bytes === 'string' ? encoder.encode(this.#bytes) : (this.#bytes ?? new Uint8Array())
  }

  #materialise(): Response {
    if (this.#plain === null) {
      this.#plain = new NativeResponse(this.#bytes)
      if (this.#used) void this.#plain.arrayBuffer()
    }
    return this.#plain
  }

  /** With the content-type of now, which says what a Blob is and how a form is read. */
  #typed(): Response {
    const plain = this.#materialise()
    const type = this.headers.get('content-type')
    if (type === null) plain.headers.delete('content-type')
    else plain.headers.set('content-type', type)
    return plain
  }
}

/** Whether the status line is that of no init at all, which is the cheapest to make. */
function isPlain(init: ResponseInit | undefined): boolean {
  if (init === undefined || init === null) return true
  const { status, statusText } = init
  return (status === undefined || status === 200) && (statusText === undefined || statusText === '') && isObject(init)
}

/** An init without the headers, which wait; what is no init is left for Response to refuse. */
function statusLine(init: ResponseInit | undefined): ResponseInit {
  return isObject(init) ? ({ status: init.status, statusText: init.statusText } as ResponseInit) : (init as never)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' || typeof value === 'function'
}

function refuseBody(status: number): void {
  if (status === 204 || status === 205 || status === 304) {
    throw new TypeError(`a Response with status ${status} cannot have a body (RFC 9110 §15)`)
  }
}

function pairs(fields: readonly string[]): [string, string][] {
  const out: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) out.push([fields[i]!, fields[i + 1]!])
  return out
}
