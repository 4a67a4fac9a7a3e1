import { createHash } from 'node:crypto'
import { reply } from '@fsgi/core'
import { describe, expect, test } from 'vitest'
import { head, testServer } from './fixtures/test-server.ts'

/** What a program does with a request, and what it sees. */
type Expectation = (request: Request) => unknown
const TEXT = 'grüße 👋 '.repeat(20_000)
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'fulfilled',
    (error: unknown) => (error as Error).name,
  )
const hex = (bytes: ArrayBuffer | Uint8Array): string => digest(Buffer.from(bytes as Uint8Array))
const digest = (data: string | Buffer): string => createHash('sha1').update(data).digest('hex').slice(0, 8)

const reading: Record<string, (request: Request) => Promise<unknown>> = {
  text: async (request) => digest(await request.text()),
  json: async (request) => digest(JSON.stringify(await request.json())),
  arrayBuffer: async (request) => hex(await request.arrayBuffer()),
  blob: async (request) => hex(await (await request.blob()).arrayBuffer()),
  stream: async (request) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request.body!) chunks.push(chunk)
    return hex(Buffer.concat(chunks))
  },
}
if ('bytes' in Request.prototype) reading['bytes'] = async (request) => hex(await request.bytes())

const expectations: Record<string, Expectation> = {
  'is a Request': (request) => [request instanceof Request, Object.prototype.toString.call(request)],
  'is used from the call on': async (request) => {
    const before = request.bodyUsed
    const text = request.text()
    return [before, request.bodyUsed, request.body!.locked, (await text).length, request.bodyUsed]
  },
  'can be cloned before': async (request) => {
    const clone = request.clone()
    return [(await request.text()).length, (await clone.text()).length, clone.bodyUsed]
  },
  'cannot be cloned after': async (request) => {
    await request.text()
    return failure((async () => request.clone())())
  },
  'can be rebuilt before, and is used then': async (request) => {
    const rebuilt = new Request(request, { headers: { 'x-y': 'z' } })
    return [request.bodyUsed, await failure(request.text()), (await rebuilt.text()).length, rebuilt.headers.get('x-y')]
  },
  'cannot be rebuilt after': async (request) => {
    await request.arrayBuffer()
    return failure((async () => new Request(request))())
  },
  'cannot be read when the stream is locked': async (request) => {
    const reader = request.body!.getReader()
    const refused = await failure(request.text())
    reader.releaseLock()
    return [refused, request.bodyUsed, (await request.text()).length]
  },
  'cannot be read when the stream was read in part': async (request) => {
    const reader = request.body!.getReader()
    await reader.read()
    reader.releaseLock()
    return [request.bodyUsed, await failure(request.text()), await failure(request.json())]
  },
  'cannot be read when the stream was cancelled': async (request) => {
    await request.body!.cancel()
    return [request.bodyUsed, await failure(request.arrayBuffer())]
  },
  'gives its stream to nobody else while it is read': async (request) => {
    const text = request.text()
    const refused = await failure((async () => request.body!.getReader())())
    return [refused, await failure(request.body!.cancel()), (await text).length]
  },
}
for (const [name, read] of Object.entries(reading)) {
  expectations[`${name} gives all of it`] = read
  expectations[`${name} works once`] = async (request) => {
    await read(request).catch(() => {})
    return Promise.all(Object.values(reading).map((again) => failure(again(request))))
  }
}

const bodies: Record<string, Uint8Array<ArrayBuffer>> = {
  'a short text': new TextEncoder().encode('"short"'),
  'a text of many chunks': new TextEncoder().encode(JSON.stringify(TEXT)),
  'a byte order mark': new TextEncoder().encode('\ufeff"x"'),
  'bytes that are no UTF-8': new Uint8Array(200_000).map((_, index) => (index * 7) % 256),
}

describe.each(Object.entries(bodies))('with %s', (_, bytes) => {
  test.each(Object.entries(expectations))('%s, as any Request', async (_, expectation) => {
    const seen = (request: Request): Promise<unknown> =>
      Promise.resolve(expectation(request)).catch((error: unknown) => (error as Error).name)
    let here: unknown
    const server = await testServer(async (request) => {
      here = await seen(request)
      return reply('')
    })
    await fetch(server.url, { method: 'POST', body: bytes })
    expect(here).toEqual(await seen(new Request(server.url, { method: 'POST', body: new Blob([bytes]) })))
    here = undefined
    const stream = new Blob([bytes]).stream()
    await fetch(server.url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
    expect(here).toEqual(await seen(new Request(server.url, { method: 'POST', body: new Blob([bytes]) })))
  })
})

test('a form is read, and the type of a Blob is that of the request', async () => {
  const form = new FormData()
  form.set('file', new Blob(['x'.repeat(100_000)], { type: 'text/css' }), 'a.css')
  const server = await testServer(async (request) => {
    const blob = await request.clone().blob()
    const file = (await request.formData()).get('file') as File
    return reply(`${blob.type.split(';')[0]} ${file.name} ${file.type} ${file.size}`)
  })
  expect(await (await fetch(server.url, { method: 'POST', body: form })).text()).toBe(
    'multipart/form-data a.css text/css 100000',
  )
})

test('fetch sends it on', async () => {
  const above = await testServer(async (request) => reply(await request.text()))
  const server = await testServer((request) => fetch(new Request(above.url, request)))
  expect(await (await fetch(server.url, { method: 'POST', body: TEXT })).text()).toBe(TEXT)
})

test('S7: 100 Continue is sent when it is read at once', async () => {
  const server = await testServer(async (request) => reply(await request.text()))
  const client = server.client().send(head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 3', 'Expect: 100-continue'))
  await client.until('\r\n\r\n')
  client.send('abc')
  expect(await client.until(/abc$/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
})

test('S6: reading at once fails with the reason of the signal when the client leaves', async () => {
  const seen: boolean[] = []
  for (const read of ['text', 'json', 'arrayBuffer'] as const) {
    await new Promise<void>((done) => {
      void testServer(async (request, context) => {
        seen.push(
          await request[read]().then(
            () => false,
            (error: unknown) => error === context.signal.reason,
          ),
        )
        done()
        return reply('')
      }).then((server) => {
        const client = server.client().send(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 10')}abc`)
        client.socket.end()
      })
    })
  }
  expect(seen).toEqual([true, true, true])
})
