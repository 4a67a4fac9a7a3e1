// What idle keep-alive connections cost: resident memory, after garbage collection, with all of them and without, divided by their number.
import { connect } from 'node:net'
import { median } from './measure.ts'
import type { Measure } from './measure.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Socket } from 'node:net'

const count = 10_000
const atOnce = 200

export const measureConnections: Measure = async function* (parts, bench) {
  for (const [name, part] of Object.entries(parts)) {
    const servers = Object.keys(part.servers).map((server) => ({
      server,
      bytes: [] as number[],
      micros: [] as number[],
    }))
    for (let round = 0; round < bench.effort.rounds; round++) {
      for (const { server, bytes, micros } of servers) {
        await bench.withServer(name, server, async (process) => {
          const seconds = bench.effort.warmUpSeconds
          await bench.generator.load(process, part.exchange, { connections: 32, seconds })
          const before = { memory: await process.memory(), cpu: await process.cpu() }
          const sockets = await openConnections(process, part.exchange.path)
          micros.push(((await process.cpu()) - before.cpu) / count)
          const memory = await process.memory()
          const open = sockets.filter((socket) => !socket.destroyed).length
          for (const socket of sockets) socket.resetAndDestroy() // no 10,000 ports in TIME-WAIT
          if (open < count)
            throw new Error(`${server}: only ${open} of ${count} connections were still open to be measured`)
          bytes.push((memory - before.memory) / count)
        })
      }
    }
    yield [
      name,
      servers.map(({ server, bytes, micros }) => ({ server, cpuMicros: median(micros), bytes: median(bytes) })),
    ]
  }
}

/** Opens them, and uses each for one request. */
async function openConnections({ name, port }: ServerProcess, path: string): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const opened = await Promise.allSettled(Array.from({ length: atOnce }, () => openConnection(port, path)))
    for (const each of opened) {
      if (each.status === 'fulfilled') sockets.push(each.value)
      else {
        for (const socket of sockets) socket.destroy()
        const hint = 'a process needs more than 10,000 open files on both sides: see `ulimit -Hn`'
        throw new Error(`${name}: connection ${sockets.length + 1} failed: ${(each.reason as Error).message} (${hint})`)
      }
    }
  }
  return sockets
}

function openConnection(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed it')))
    socket.once('data', () => resolve(socket))
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`)
  })
}
