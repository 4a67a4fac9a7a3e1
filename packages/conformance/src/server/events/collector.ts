import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface SeenEvent {
  readonly name: string
  readonly data: unknown
}

/** What the app of one case tells, in the order in which it told it. */
export interface Events {
  /** Where the app tells it. */
  readonly url: string
  readonly seen: readonly SeenEvent[]
  /** The data of the events of a name, once there are so many. */
  until(name: string, count?: number): Promise<unknown[]>
  /** Lets an app go on that waits at a gate. */
  open(gate: string): void
}

export interface Collector {
  /** A new place for events. */
  events(): Events
  close(): Promise<void>
}

/**
 * Receives the events of apps that may run in another process: a POST of `{ seq, name, data }` each, numbered per place, and a
 * GET of `?gate=name`, which is answered when the case opens the gate. `?upstream` is something to fetch.
 */
export async function startCollector(): Promise<Collector> {
  const places = new Map<string, Place>()
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://collector')
    const place = places.get(url.pathname)
    const gate = url.searchParams.get('gate')
    if (place === undefined) response.writeHead(404).end()
    else if (url.search === '?upstream') answerAsUpstream(response)
    else if (gate !== null) void place.opened(gate).then(() => response.writeHead(204).end())
    else void receive(place, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    events() {
      const path = `/${randomUUID()}` // apps go on counting where a port has been used before
      const place = new Place(origin + path)
      places.set(path, place)
      return place
    },
    close: () =>
      new Promise((resolve) => {
        for (const place of places.values()) place.openAll()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A server behind an app that passes on what it fetched: with several cookies, and framed by chunks. */
function answerAsUpstream(response: ServerResponse): void {
  response.writeHead(203, { 'set-cookie': ['a=1', 'b=2'], 'x-kept': 'yes', 'content-type': 'text/plain' })
  response.write('from ')
  response.end('afar')
}

async function receive(place: Place, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = ''
  for await (const chunk of request) text += (chunk as Buffer).toString('latin1')
  const { seq, name, data } = JSON.parse(text) as { seq: number; name: string; data: unknown }
  place.receive(seq, { name, data: data ?? null })
  response.writeHead(204).end()
}

class Place implements Events {
  readonly url: string
  readonly seen: SeenEvent[] = []
  readonly #early = new Map<number, SeenEvent>()
  readonly #gates = new Map<string, { readonly promise: Promise<void>; readonly open: () => void }>()
  #watchers: (() => void)[] = []

  constructor(url: string) {
    this.url = url
  }

  /** Requests overtake each other; events do not. */
  receive(seq: number, event: SeenEvent): void {
    this.#early.set(seq, event)
    for (let next = this.#early.get(this.seen.length); next !== undefined; next = this.#early.get(this.seen.length)) {
      this.#early.delete(this.seen.length)
      this.seen.push(next)
    }
    for (const watcher of this.#watchers.splice(0)) watcher()
  }

  async until(name: string, count = 1): Promise<unknown[]> {
    for (;;) {
      const found = this.seen.filter((event) => event.name === name).map((event) => event.data)
      if (found.length >= count) return found
      await new Promise<void>((resolve) => this.#watchers.push(resolve))
    }
  }

  open(gate: string): void {
    this.#gate(gate).open()
  }

  openAll(): void {
    for (const gate of this.#gates.values()) gate.open()
  }

  opened(gate: string): Promise<void> {
    return this.#gate(gate).promise
  }

  #gate(name: string): { readonly promise: Promise<void>; readonly open: () => void } {
    const known = this.#gates.get(name)
    if (known !== undefined) return known
    let open = (): void => {}
    const promise = new Promise<void>((resolve) => (open = resolve))
    const made = { promise, open }
    this.#gates.set(name, made)
    return made
  }
}
