import { Answer } from './answer.ts'
import { Connection } from './connection.ts'
import { bytesOf, requestFields } from './request-fields.ts'
import { settled } from './settled.ts'
import { mountOf } from '../dispatcher/modes.ts'
import type { Begun, Client, Incoming, RequestSpec, Served } from './client.ts'
import type { Entry } from '@fsgi/core'
import type { Events } from '../events/collector.ts'
import type { Head } from './answer.ts'
import type { ServeOptions } from '../serve-options.ts'
import type { Selection } from './request-fields.ts'

/** A client that speaks HTTP/1.1 over sockets, one connection per request. Closed when the case is over. */
export class WireClient implements Client {
  readonly origin: string
  readonly mount: string
  readonly events: Events
  readonly #selection: Selection
  readonly #serve: ((entry: Entry, options: ServeOptions) => Promise<Served>) | undefined
  readonly #connections: Connection[] = []
  readonly #served: Served[] = []

  constructor(
    origin: string,
    events: Events,
    selection: Omit<Selection, 'events'>,
    serve: ((entry: Entry, options: ServeOptions) => Promise<Served>) | undefined,
  ) {
    this.origin = origin
    this.mount = mountOf(selection.mode)
    this.events = events
    this.#selection = { ...selection, events: events.url }
    this.#serve = serve
  }

  connect(origin = this.origin): Connection {
    const connection = new Connection(origin)
    this.#connections.push(connection)
    return connection
  }

  send(request: RequestSpec): Promise<Answer> {
    return this.begin(request).answer
  }

  begin(request: RequestSpec): Begun {
    const connection = this.#sent(request)
    const answer = connection.answer(request.method)
    answer.catch(() => {}) // a case that leaves does not look at it
    return { answer, leave: () => connection.leave() }
  }

  async open(request: RequestSpec): Promise<Incoming> {
    const connection = this.#sent(request)
    const interim: Head[] = []
    let head = await connection.head(request.method)
    for (; head.status < 200; head = await connection.head(request.method)) interim.push(head)
    return {
      head: new Answer(head, new Uint8Array(), true, interim),
      read: () => connection.read(),
      text: async () => {
        const bytes = await connection.read()
        return bytes === null ? null : new TextDecoder().decode(bytes)
      },
      pause: () => connection.pause(),
      leave: () => connection.leave(),
    }
  }

  settled(): Promise<Events['seen']> {
    return settled(this)
  }

  async serve(entry: Entry, options: ServeOptions = {}): Promise<Served> {
    if (this.#serve === undefined) throw new Error('the host cannot start a server for one case')
    const served = await this.#serve(entry, options)
    this.#served.push(served)
    return served
  }

  /** The head of a request as bytes, for cases that write it themselves. */
  headOf(request: RequestSpec): string {
    const { method = 'GET', target = '/' } = request
    const fields = requestFields(request, this.#selection, this.origin.slice(this.origin.indexOf('//') + 2))
    if (request.body instanceof ReadableStream) fields.push(['transfer-encoding', 'chunked'])
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
    const whole = target.startsWith('/') ? this.mount + target : target
    return `${method} ${whole} HTTP/1.1\r\n${lines.join('')}\r\n`
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.leave()
    for (const served of this.#served) await served.close(0)
  }

  #sent(request: RequestSpec): Connection {
    const connection = this.connect().write(this.headOf(request))
    if (request.body instanceof ReadableStream)
      void writeChunks(connection, request.body).catch(() => connection.leave())
    else if (request.body !== undefined) connection.write(bytesOf(request.body))
    return connection
  }
}

/** RFC 9112 §7.1. */
async function writeChunks(connection: Connection, body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const reader = body.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const chunk = Buffer.concat([Buffer.from(`${read.value.length.toString(16)}\r\n`), read.value, Buffer.from('\r\n')])
    if (!(await connection.written(chunk))) return reader.cancel('the connection is gone')
  }
  connection.write('0\r\n\r\n')
}
