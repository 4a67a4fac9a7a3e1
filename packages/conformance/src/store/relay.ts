import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { FaultyStore, OpenStore } from './host.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * The host's `faults` for a store that speaks to a server over TCP: puts a relay in front of the server that loses answers,
 * hangs, and cuts connections as a case wants. `open` is given the relay's address, and opens a client that goes there.
 *
 * ```ts
 * faults: throughRelay({ host: '127.0.0.1', port: 6379 }, async ({ host, port }) => openMine(`redis://${host}:${port}`))
 * ```
 */
export function throughRelay(
  server: Address,
  open: (relay: Address) => OpenStore | Promise<OpenStore>,
): () => Promise<FaultyStore> {
  return async () => {
    const relay = await Relay.start(server)
    try {
      const { store, close } = await open(relay.address)
      return {
        store,
        loseAnswers: () => relay.become('losing'),
        hang: () => relay.become('hanging'),
        refuse: () => relay.become('refusing'),
        cut: () => relay.cut(),
        heal: () => relay.become('passing'),
        close: async () => {
          relay.become('passing')
          await close?.()
          await relay.close()
        },
      }
    } catch (error) {
      await relay.close()
      throw error
    }
  }
}

type Mood = 'passing' | 'losing' | 'hanging' | 'refusing'

class Relay {
  readonly #server = createServer((client) => this.#serve(client))
  readonly #target: Address
  readonly #sockets = new Set<Socket>()
  #mood: Mood = 'passing'

  static async start(target: Address): Promise<Relay> {
    const relay = new Relay(target)
    await new Promise<void>((resolve, reject) => {
      relay.#server.once('error', reject).listen(0, '127.0.0.1', resolve)
    })
    return relay
  }

  private constructor(target: Address) {
    this.#target = target
  }

  get address(): Address {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port }
  }

  become(mood: Mood): void {
    this.#mood = mood
    if (mood === 'refusing') this.cut()
    // What was held back goes on its way: a network that comes back delivers late what was sent before.
    for (const socket of this.#sockets) {
      if (mood === 'hanging') socket.pause()
      else socket.resume()
    }
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(client: Socket): void {
    if (this.#mood === 'refusing') return void client.destroy()
    const server = connect(this.#target.port, this.#target.host)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => undefined) // 'close' follows
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      from.on('data', (bytes: Buffer) => {
        if (from === server && this.#mood === 'losing') from.destroy()
        else to.write(bytes)
      })
      if (this.#mood === 'hanging') from.pause()
    }
  }
}
