import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sendRequest } from '../exchange.ts'
import { node } from '../servers.ts'
import { contentOf, files, folder, large } from './static-files.ts'
import { notFound, staticServers } from './static-servers.ts'
import type { Answer } from '../exchange.ts'
import type { FileName } from './static-files.ts'
import type { Load, LoadGenerator } from '../load/load.ts'
import type { Part, Start, Workload } from '../workload.ts'

// node:http has the content in memory and answers with what the request needs and nothing more; for the memory of downloads it
// reads the file as a stream. nginx takes part where it is installed: one worker, sendfile, no log.
export const workload: Workload = {
  about: 'files of 1 KB to 10 MB, a 304, a range, a precompressed file, a 404; memory of slow downloads of 100 MB',
  parts: {
    '1KB': whole('1k.html', 'text/html'),
    '4KB': whole('4k.css', 'text/css'),
    '100KB': whole('100k.js', 'text/javascript'),
    '10MB': { ...whole('10m.mp4', 'video/mp4'), connections: 8, seconds: 2 },
    '304': unchanged('4k.css', 'text/css'),
    range: range('10m.mp4', 'video/mp4', 65_536),
    precompressed: precompressed('app.js', 'text/javascript'),
    '404': absent(),
    memory: download(),
  },
  measure: async function* (parts, bench) {
    const [{ measureLoad }, { measureDownloads }, { writeFiles }] = await Promise.all([
      import('../measure/load.ts'),
      import('./static-downloads.ts'),
      import('./static-files.ts'),
    ])
    const remove = await writeFiles()
    process.once('exit', remove)
    try {
      for (const [name, part] of Object.entries(parts)) {
        const measure = name === 'memory' ? measureDownloads : measureLoad
        const generator = name === '304' ? revalidating(bench.generator) : bench.generator
        yield* measure({ [name]: part }, { ...bench, generator })
      }
    } finally {
      process.off('exit', remove)
      remove()
    }
  },
}

function whole(name: FileName, type: string): Part {
  const head = { 'content-type': type, 'content-length': String(files[name]) }
  return {
    exchange: {
      path: `/${name}`,
      get answer() {
        return { status: 200, body: contentOf(name), headers: { ...head, 'content-type': kind(type) } }
      },
    },
    servers: staticServers(fromMemory(name, head)),
  }
}

/** They add a charset where they like, and one has the name that scripts had before RFC 9239. */
function kind(type: string): RegExp {
  return new RegExp(`^${type === 'text/javascript' ? '(text|application)/javascript' : type}(?:;|$)`)
}

/** 200 from memory, or 304 for the tag. */
function fromMemory(name: string, fields: Record<string, string>): Start {
  return node(() => {
    const bytes = readFileSync(join(folder(), name))
    const etag = `"${bytes.length}"`
    const head = { ...fields, etag, 'last-modified': new Date().toUTCString() }
    return (req, res) => {
      if (req.headers['if-none-match'] === etag) res.writeHead(304, { etag }).end()
      else res.writeHead(200, head).end(bytes)
    }
  })
}

function unchanged(name: FileName, type: string): Part {
  const { exchange, servers } = whole(name, type)
  const check: Part['exchange']['check'] = async (send) => {
    const { status, body } = await send(validatorsOf(await send()))
    if (status !== 304 || body.length > 0) throw new Error(`its own validators are answered with ${status}`)
  }
  // They leave it to another middleware, or do not have it.
  const able = Object.entries(servers).filter(([server]) => server !== 'koa-static' && server !== 'hono')
  return { exchange: Object.assign(exchange, { check }), servers: Object.fromEntries(able) }
}

/** The load asks as a browser does that has the file. */
function revalidating({ name, load }: LoadGenerator): LoadGenerator {
  const revalidate: Load = async (server, exchange, options) => {
    const headers = validatorsOf(await sendRequest(server.port, exchange))
    return load(server, { ...exchange, headers, answer: { status: 304, body: '', headers: {} } }, options)
  }
  return { name, load: revalidate }
}

function validatorsOf({ headers }: Answer): Record<string, string> {
  return { 'if-none-match': headers.etag!, 'if-modified-since': headers['last-modified']! }
}

/** Ranges that begin elsewhere each time, as a player's do that seeks: none of 500 is asked for again before the others were. */
function range(name: FileName, type: string, length: number): Part {
  const size = files[name]
  const starts = Array.from({ length: 500 }, (_, i) => (i * 7_654_321) % (size - length))
  const rangeFrom = (start: number): { range: string } => ({ range: `bytes=${start}-${start + length - 1}` })
  const contentRange = (start: number): string => `bytes ${start}-${start + length - 1}/${size}`
  const byHand = node(() => {
    const bytes = readFileSync(join(folder(), name))
    return (req, res) => {
      const start = Number(/^bytes=(\d+)-/.exec(req.headers.range!)![1])
      const head = { 'content-type': type, 'content-length': length, 'content-range': contentRange(start) }
      res.writeHead(206, head).end(bytes.subarray(start, start + length))
    }
  })
  const [, first] = starts as [number, number]
  return {
    exchange: {
      path: `/${name}`,
      headers: rangeFrom(first),
      turns: starts.map(rangeFrom),
      get answer() {
        const headers = { 'content-length': String(length), 'content-range': contentRange(first) }
        return { status: 206, body: contentOf(name).slice(first, first + length), headers }
      },
    },
    servers: staticServers(byHand, { without: ['koa-static'] }), // it has no ranges
  }
}

function precompressed(name: FileName, type: string): Part {
  const byHand = node(() => {
    const bytes = readFileSync(join(folder(), `${name}.gz`))
    const coding = { 'content-encoding': 'gzip', vary: 'accept-encoding' }
    const head = { 'content-type': type, ...coding, 'content-length': bytes.length }
    return (_req, res) => void res.writeHead(200, head).end(bytes)
  })
  return {
    exchange: {
      path: `/${name}`,
      headers: { 'accept-encoding': 'gzip' },
      get answer() {
        const headers = { 'content-type': kind(type), 'content-encoding': 'gzip' }
        return { status: 200, body: contentOf(name), headers }
      },
    },
    servers: staticServers(byHand, { precompressed: true, without: ['serve-static'] }), // it has none
  }
}

function absent(): Part {
  const byHand = node(() => (_req, res) => {
    res.writeHead(404, { 'content-length': notFound.length }).end(notFound)
  })
  return {
    exchange: { path: '/there/is/none.html', answer: { status: 404, body: notFound, headers: {} } },
    servers: staticServers(byHand),
  }
}

function download(): Part {
  const head = { 'content-type': 'video/mp4', 'content-length': large.size }
  const byHand = node(() => (_req, res) => {
    res.writeHead(200, head)
    createReadStream(join(folder(), large.name)).pipe(res)
  })
  return {
    figure: 'bytes',
    // Of which the measure looks at the first line.
    exchange: { path: `/${large.name}`, answer: { status: 200, body: '', headers: {} } },
    servers: staticServers(byHand),
  }
}
