import { Answer } from './answer.ts'
import { bytesOf, requestFields } from './request-fields.ts'
import { mountOf } from '../dispatcher/modes.ts'
import { settled } from './settled.ts'
import type { Begun, Client, Incoming, RequestSpec } from './client.ts'
import type { Events } from '../events/collector.ts'
import type { Selection } from './request-fields.ts'

/** Sends a Request to an app as a server would. `target` is what the request line would say. */
export type Dispatch = (request: Request, target: string) => Promise<Response>

/** A client of a host without a socket: what a case says in bytes becomes a Request, and the Response becomes an answer. */
export class DispatchClient implements Client {
  readonly origin = 'http://localhost'
  readonly mount: string
  readonly events: Events
  readonly #dispatch: Dispatch
  readonly #selection: Selection

  constructor(dispatch: Dispatch, events: Events, selection: Omit<Selection, 'events'>) {
    this.#dispatch = dispatch
    this.events = events
    this.mount = mountOf(selection.mode)
    this.#selection = { ...selection, events: events.url }
  }

  async send(request: RequestSpec): Promise<Answer> {
    return this.begin(request).answer
  }

  begin(request: RequestSpec): Begun {
    const leaving = new AbortController()
    const answer = this.#sent(request, leaving.signal).then(wholeAnswer)
    answer.catch(() => {}) // a case that leaves does not look at it
    return { answer, leave: () => leaving.abort(left()) }
  }

  async open(request: RequestSpec): Promise<Incoming> {
    const leaving = new AbortController()
    const response = await this.#sent(request, leaving.signal)
    const reader = response.body?.getReader()
    const read = async (): Promise<Uint8Array | null> => (await reader?.read())?.value ?? null
    return {
      head: new Answer(headOf(response), new Uint8Array(), true, []),
      read,
      text: async () => {
        const bytes = await read()
        return bytes === null ? null : new TextDecoder().decode(bytes)
      },
      pause: () => {}, // nothing is taken that the case does not read
      leave: () => {
        leaving.abort(left())
        void reader?.cancel(left()).catch(() => {})
      },
    }
  }

  connect(): never {
    throw new Error('this host has no socket: the case is of a tier that it has not')
  }

  headOf(): never {
    return this.connect()
  }

  serve(): never {
    throw new Error('the host cannot start a server for one case')
  }

  settled(): Promise<Events['seen']> {
    return settled(this)
  }

  #sent(spec: RequestSpec, signal: AbortSignal): Promise<Response> {
    const { method = 'GET', body } = spec
    const target = this.mount + (spec.target ?? '/')
    const fields = requestFields(spec, this.#selection, 'localhost')
    const host = fields.find(([name]) => name.toLowerCase() === 'host')![1]
    const init: RequestInit & { duplex: 'half' } = { method, signal, duplex: 'half' }
    const empty = body === undefined || (!(body instanceof ReadableStream) && body.length === 0)
    if (!empty) init.body = body instanceof ReadableStream ? body : bytesStream(bytesOf(body))
    const request = new Request(`http://${host}${target}`, init)
    for (const [name, value] of fields) request.headers.append(name, value)
    return this.#dispatch(request, target)
  }
}

/** A stream, because the constructor would add a content-type for some bodies. */
function bytesStream(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
}

function left(): DOMException {
  return new DOMException('the client left', 'AbortError')
}

async function wholeAnswer(response: Response): Promise<Answer> {
  const pieces: Uint8Array[] = []
  const reader = response.body?.getReader()
  let complete = true
  try {
    for (let read = await reader?.read(); read?.done === false; read = await reader!.read()) pieces.push(read.value)
  } catch {
    complete = false
  }
  return new Answer(headOf(response), Buffer.concat(pieces), complete, [])
}

function headOf({ status, statusText, headers }: Response): Pick<Answer, 'status' | 'reason' | 'fields'> {
  const fields = [...headers].filter(([name]) => name !== 'set-cookie')
  for (const value of headers.getSetCookie()) fields.push(['set-cookie', value])
  return { status, reason: statusText, fields }
}
