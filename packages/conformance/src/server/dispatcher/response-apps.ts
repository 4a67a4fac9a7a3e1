import { markFile, reply } from '@fsgi/core'
import type { CaseApp } from './probe.ts'

const encoder = new TextEncoder()

/** Responses of every kind. */
export const responseApps: Readonly<Record<string, CaseApp>> = {
  text: () => new Response('hello, wörld'),
  'reply-text': () => reply('hello, wörld'),
  'reply-bytes': () => reply(everyByte(), { headers: { 'content-type': 'application/octet-stream' } }),
  'reply-json': () => reply.json({ a: [1, null] }),
  'array-buffer': () => new Response(everyByte().buffer),
  bytes: () => new Response(everyByte()),
  'in-file': () => new Response(inFile(pattern(300_000)), { headers: { 'content-type': 'application/octet-stream' } }),
  'in-file-transformed': () => {
    let size = 0
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk) => void (size += chunk.byteLength),
      flush: (controller) => controller.enqueue(new TextEncoder().encode(`${size} bytes`)),
    })
    return new Response(inFile(pattern(300_000)).pipeThrough(count), { headers: { 'content-type': 'text/plain' } })
  },
  blob: () => new Response(new Blob([everyByte()], { type: 'application/x-blob' })),
  form: () => {
    const form = new FormData()
    form.set('name', 'wörld')
    return new Response(form)
  },
  search: () => new Response(new URLSearchParams({ a: 'b c' })),
  chunks: () => new Response(streamOf('one,', 'two,', 'three')),
  'byte-stream': () => new Response(byteStream('one,', 'two,', 'three')),
  'null-body': () => new Response(null),
  'empty-text': () => reply(''),
  'not-found': () => new Response('nothing here', { status: 404 }),
  status: (request) => new Response('x', { status: Number(request.headers.get('x-status')) }),
  reason: () => new Response('x', { status: 200, statusText: 'Quite Fine' }),
  cookies: () =>
    new Response('x', {
      headers: [
        ['set-cookie', 'a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT'],
        ['set-cookie', 'b=2'],
      ],
    }),
  repeated: () =>
    new Response('x', {
      headers: [
        ['x-foo', 'foo'],
        ['x-foo', 'bar, baz'],
      ],
    }),
  'latin-1': () => new Response('x', { headers: { 'x-name': 'caf\u00e9' } }),
  'like-a-head': () => new Response('Content-Type: text/html\r\nX-Bogus: 1\r\n\r\n0\r\n\r\nrest'),
  newlines: () => new Response('a\nb\r\nc\rd\n\n'),
  length: () => new Response(streamOf('12345', '67890'), { headers: { 'content-length': '10' } }),
  'length-known': () => reply('1234567890', { headers: { 'content-length': '10' } }),
  'too-short': () => new Response(streamOf('12345'), { headers: { 'content-length': '10' } }),
  'too-long': () => new Response(streamOf('12345', '67890', 'more'), { headers: { 'content-length': '10' } }),
  'no-content': () => new Response(null, { status: 204, headers: { 'x-kept': 'yes', 'content-length': '5' } }),
  'not-modified': () => new Response(null, { status: 304, headers: { etag: '"1"', 'x-kept': 'yes' } }),
  'not-modified-length': () => new Response(null, { status: 304, headers: { etag: '"1"', 'content-length': '5' } }),
  'reset-content': () => new Response(null, { status: 205, headers: { 'x-kept': 'yes' } }),
  'framing-fields': () =>
    new Response('x', {
      headers: {
        connection: 'upgrade',
        'keep-alive': 'timeout=99',
        'proxy-connection': 'x',
        te: 'trailers',
        trailer: 'x-sum',
        'transfer-encoding': 'gzip, chunked',
        upgrade: 'h2c',
        'x-kept': 'yes',
      },
    }),
  'own-date': () => new Response('x', { headers: { date: 'Tue, 15 Nov 1994 08:12:31 GMT' } }),
  large: (request) =>
    reply(pattern(Number(request.headers.get('x-size'))), { headers: { 'content-type': 'application/octet-stream' } }),
  'large-stream': (request) => new Response(blocks(pattern(Number(request.headers.get('x-size'))), 1000)),
  redirect: () => Response.redirect('http://example.com/elsewhere', 303),
  ponyfill: () => ponyfill(),
  sync: () => new Response('at once'),
  async: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return new Response('later')
  },

  /** A response of `fetch` as it is, with the fields of the connection it came by. */
  proxy: (request) => fetch(`${request.headers.get('x-fsgi-events')!}?upstream`),

  /** Tells whether its body was cancelled without being read. */
  'head-stream': (_request, context, { emit }) => {
    context.defer(() => emit('deferred'))
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: (controller) => {
          emit('pulled')
          controller.enqueue(encoder.encode('x'))
        },
        cancel: () => emit('cancelled'),
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-length': '12', 'x-kept': 'yes', etag: '"1"' } })
  },
  'head-length': () => new Response(null, { headers: { 'content-length': '1234' } }),
}

/** A body in a file: in pieces of 100 kB, from wherever it is read. */
function inFile(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const at = (offset: number): Uint8Array<ArrayBuffer> => bytes.subarray(offset, offset + 100_000)
  let streamed = 0
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = at(streamed)
      streamed += part.length
      controller.enqueue(part.slice())
      if (streamed === bytes.length) controller.close()
    },
  })
  return markFile(stream, {
    size: bytes.length,
    async read(buffer, offset) {
      const part = at(offset).subarray(0, buffer.length)
      buffer.set(part)
      return part.length
    },
  })
}

/** Every value of a byte, once. */
export function everyByte(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 256 }, (_, value) => value)
}

/** Bytes that repeat with a period that no buffer has. */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < Math.min(size, 251); i++) bytes[i] = i
  for (let done = 251; done < size; done *= 2) bytes.copyWithin(done, 0, done)
  return bytes
}

export function streamOf(...texts: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const rest = texts.map((text) => encoder.encode(text))
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
}

function byteStream(...texts: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: 'bytes',
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text))
      controller.close()
    },
  })
}

function blocks(bytes: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let start = 0
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(start, start + size))
      start += size
    },
  })
}

/** What has the members of a Response and is none of this realm (SPEC S18). */
function ponyfill(): Response {
  const { body } = new Response(streamOf('from another realm'))
  const headers = new Headers({ 'content-type': 'text/plain', 'x-kept': 'yes' })
  const foreign = {
    status: 201,
    statusText: '',
    ok: true,
    headers: {
      get: (name: string) => headers.get(name),
      has: (name: string) => headers.has(name),
      append: (name: string, value: string) => headers.append(name, value),
      set: (name: string, value: string) => headers.set(name, value),
      delete: (name: string) => headers.delete(name),
      getSetCookie: () => headers.getSetCookie(),
      forEach: (callback: (value: string, name: string) => void) => headers.forEach(callback),
      entries: () => headers.entries(),
      [Symbol.iterator]: () => headers[Symbol.iterator](),
    },
    body,
    bodyUsed: false,
    url: '',
    type: 'default',
    redirected: false,
    [Symbol.toStringTag]: 'Response',
  }
  return foreign as unknown as Response
}
