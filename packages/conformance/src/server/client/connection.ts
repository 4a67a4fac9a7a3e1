import { connect, type Socket } from 'node:net'
import { TLSSocket, connect as connectTls } from 'node:tls'
import { Answer } from './answer.ts'
import { framingOf, parseHead } from './response-head.ts'
import type { Framing } from './response-head.ts'
import type { Head } from './answer.ts'

/** One TCP connection, with TLS for an origin of https: sends exactly the bytes it is given, and reads HTTP/1.1 responses without leniency. */
export class Connection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #ended: string | undefined
  #wake: (() => void)[] = []
  #framing: Framing = { kind: 'none' }

  constructor(origin: string) {
    const { protocol, hostname, port } = new URL(origin)
    const to = { host: hostname, port: Number(port), allowHalfOpen: true }
    this.#socket = protocol === 'https:' ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to)
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#changed()
    })
    this.#socket.on('error', (error: NodeJS.ErrnoException) => (this.#ended ??= error.code ?? 'error'))
    this.#socket.on('end', () => this.#atEnd())
    this.#socket.on('close', () => this.#over())
  }

  /** Text goes out as Latin-1. */
  write(bytes: string | Uint8Array): this {
    if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1')
    else this.#socket.write(bytes)
    return this
  }

  /** Says that nothing more will be written. */
  finish(): void {
    this.#socket.end()
  }

  /** Writes, and resolves when the system has taken the bytes; `false` if the connection is gone. */
  written(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => this.#socket.write(bytes, (error) => resolve(!error)))
  }

  /** The next final response with its whole body, as far as it comes. */
  async answer(method = 'GET'): Promise<Answer> {
    const interim: Head[] = []
    let head = await this.head(method)
    while (head.status < 200) {
      interim.push(head)
      head = await this.head(method)
    }
    const pieces: Uint8Array[] = []
    try {
      for (let piece = await this.read(); piece !== null; piece = await this.read()) pieces.push(piece)
      return new Answer(head, Buffer.concat(pieces), true, interim)
    } catch {
      return new Answer(head, Buffer.concat(pieces), false, interim)
    }
  }

  /** The next head, informational or final; `read` then gives its body. */
  async head(method = 'GET'): Promise<Head> {
    let end = this.#received.indexOf('\r\n\r\n')
    while (end === -1) {
      if (!(await this.#more())) {
        const seen = JSON.stringify(this.#received.toString('latin1').slice(0, 200))
        throw new Error(`the connection closed (${this.#ended}) before a whole head: saw ${seen}`)
      }
      end = this.#received.indexOf('\r\n\r\n')
    }
    const head = parseHead(this.#take(end + 4).toString('latin1'))
    this.#framing = framingOf(head, method)
    return head
  }

  /** The next bytes of the body; `null` at its end. @throws if the connection closes before. */
  async read(): Promise<Uint8Array | null> {
    const framing = this.#framing
    if (framing.kind === 'none') return null
    if (framing.kind === 'chunked') return this.#readChunk()
    if (framing.kind === 'length' && framing.left === 0) return null
    while (this.#received.length === 0) {
      if (await this.#more()) continue
      if (framing.kind === 'close' && this.#ended === 'end') return null
      throw new Error(`the body was cut off (${this.#ended})`)
    }
    const bytes = this.#take(framing.kind === 'length' ? framing.left : Infinity)
    if (framing.kind === 'length') framing.left -= bytes.length
    return bytes
  }

  /** All that still comes, as Latin-1, when the server has closed the connection. */
  async untilClosed(): Promise<string> {
    while (await this.#more());
    return this.#received.toString('latin1')
  }

  /** This end's address and port. */
  get ownAddress(): [string, number] {
    return [this.#socket.localAddress!, this.#socket.localPort!]
  }

  /** Whether the server has closed or reset the connection by now. */
  get ended(): string | undefined {
    return this.#ended
  }

  /** What has come in and was not read. */
  get unread(): string {
    return this.#received.toString('latin1')
  }

  /** Resolves when something has come in that was not there. */
  async untilSomething(): Promise<void> {
    await this.#more()
  }

  /** Stops reading, so that the system's buffers fill. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  leave(): void {
    this.#socket.destroy()
  }

  /** Leaves with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  async #readChunk(): Promise<Uint8Array | null> {
    const size = Number.parseInt(await this.#line(), 16)
    if (!(size >= 0)) throw new Error('a chunk has no size')
    if (size === 0) {
      while ((await this.#line()) !== '');
      this.#framing = { kind: 'none' }
      return null
    }
    while (this.#received.length < size + 2) await this.#demand()
    const bytes = this.#take(size)
    if (this.#take(2).toString('latin1') !== '\r\n') throw new Error('a chunk does not end where its size says')
    return bytes
  }

  async #line(): Promise<string> {
    let end = this.#received.indexOf('\r\n')
    while (end === -1) {
      await this.#demand()
      end = this.#received.indexOf('\r\n')
    }
    return this.#take(end + 2).toString('latin1', 0, end)
  }

  async #demand(): Promise<void> {
    if (!(await this.#more())) throw new Error(`the body was cut off (${this.#ended})`)
  }

  #take(count: number): Buffer {
    const taken = this.#received.subarray(0, count)
    this.#received = this.#received.subarray(taken.length)
    return taken
  }

  /** Resolves when more has come in; `false` if nothing more will. */
  #more(): Promise<boolean> {
    const before = this.#received.length
    if (this.#ended !== undefined) return Promise.resolve(false)
    return new Promise((resolve) => this.#wake.push(() => resolve(this.#received.length > before)))
  }

  /**
   * libuv tells of an end where a reset has come together with the last bytes. It is one if nothing can be sent any more; a server
   * that has ended its side alone reads an empty line (RFC 9112 §2.2), or does not.
   */
  #atEnd(): void {
    if (this.#socket instanceof TLSSocket || this.#socket.writableEnded) return this.#over()
    this.#socket.write('\r\n', (error: NodeJS.ErrnoException | null | undefined) => {
      this.#ended ??= error?.code
      this.#over()
      this.#socket.end()
    })
  }

  #over(): void {
    this.#ended ??= 'end'
    this.#changed()
  }

  #changed(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
