// What slow downloads cost: resident memory, after garbage collection, with 200 clients in the middle of a large file, less that
// without, per client.
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../measure/measure.ts'
import type { Measure } from '../measure/measure.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Socket } from 'node:net'

const clients = 200
const looks = 5

/** Each takes at most 64 KiB, which is what a socket reads at once, five times a second. */
const pause = 200

/** Bytes that a client has when it is in the middle: more than the kernel keeps for a client that does not read. */
const begun = 256 * 1024

export const measureDownloads: Measure = async function* (parts, bench) {
  for (const [name, part] of Object.entries(parts)) {
    const servers = Object.keys(part.servers).map((server) => ({
      server,
      bytes: [] as number[],
      micros: [] as number[],
    }))
    for (let round = 0; round < Math.max(1, bench.effort.rounds >> 1); round++) {
      for (const { server, bytes, micros } of servers) {
        await bench.withServer(name, server, async (process) => {
          await takeSlowly(process, part.exchange.path, 1)
          const before = { memory: await process.memory(), cpu: await process.cpu() }
          const most = await takeSlowly(process, part.exchange.path, clients)
          bytes.push((most - before.memory) / clients)
          micros.push(((await process.cpu()) - before.cpu) / clients)
        })
      }
    }
    yield [
      name,
      servers.map(({ server, bytes, micros }) => ({ server, cpuMicros: median(micros), bytes: median(bytes) })),
    ]
  }
}

/** The most memory that the server has while so many clients are in the middle of the file. */
async function takeSlowly(server: ServerProcess, path: string, count: number): Promise<number> {
  const downloads = Array.from({ length: count }, () => new Download(server.port, path))
  try {
    await Promise.all(downloads.map(({ underWay }) => underWay))
    let most = 0
    for (let look = 0; look < looks; look++) {
      most = Math.max(most, await server.memory())
      await sleep(pause)
    }
    const broken = downloads.filter(({ socket }) => socket.destroyed).length
    if (broken > 0) throw new Error(`${server.name}: ${broken} of ${count} downloads were broken off`)
    return most
  } finally {
    for (const { socket } of downloads) socket.resetAndDestroy()
  }
}

class Download {
  readonly socket: Socket
  /** Resolves when some of the file has come. */
  readonly underWay: Promise<void>

  constructor(port: number, path: string) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`)
    this.underWay = new Promise((resolve, reject) => {
      let received = 0
      this.socket.on('error', reject)
      this.socket.on('close', () => reject(new Error('the server closed a download')))
      this.socket.on('data', (chunk: Buffer) => {
        if (received === 0 && !chunk.toString('latin1', 0, 13).startsWith('HTTP/1.1 200 '))
          return reject(new Error(`a download begins with ${JSON.stringify(chunk.toString('latin1', 0, 40))}`))
        received += chunk.byteLength
        if (received >= begun) resolve()
        this.socket.pause()
        setTimeout(() => this.socket.resume(), pause)
      })
    })
  }
}
