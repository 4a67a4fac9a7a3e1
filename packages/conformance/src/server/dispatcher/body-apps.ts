import type { CaseApp } from './probe.ts'

/** Apps that read the request's body in one way or another. */
export const bodyApps: Readonly<Record<string, CaseApp>> = {
  /** Answers with the same bytes, once it has them all. */
  async echo(request) {
    const type = request.headers.get('content-type') ?? 'application/octet-stream'
    return new Response(await request.arrayBuffer(), { headers: { 'content-type': type } })
  },

  /** Answers with the same bytes as they come. */
  'echo-stream': (request) => new Response(request.body, { headers: { 'content-type': 'application/octet-stream' } }),

  async digest(request) {
    const bytes = await request.arrayBuffer()
    const hash = await crypto.subtle.digest('SHA-256', bytes)
    return new Response(`${bytes.byteLength} ${hex(hash)}`)
  },

  async 'upload-form'(request) {
    const form = await request.formData()
    const parts: unknown[] = []
    for (const [name, value] of form) {
      if (typeof value === 'string') parts.push([name, value])
      else
        parts.push([
          name,
          value.name,
          value.type,
          hex(await crypto.subtle.digest('SHA-256', await value.arrayBuffer())),
        ])
    }
    return new Response(JSON.stringify(parts))
  },

  async 'read-as-text'(request) {
    const isNull = request.body === null
    return new Response(JSON.stringify([isNull, await request.text()]))
  },

  unread: () => new Response('not read'),

  async 'read-one'(request) {
    const reader = request.body!.getReader()
    const { value } = await reader.read()
    return new Response(`one of ${value!.length > 0 ? 'some' : 'no'} bytes`)
  },

  async 'cancel-body'(request) {
    await request.body!.cancel('not interested')
    return new Response('cancelled')
  },

  async 'read-twice'(request) {
    const first = await request.text()
    const second = await request.text().then(
      () => 'read again',
      () => 'refused',
    )
    return new Response(`${first}, ${second}`)
  },

  /** Reads nothing before the case says so. */
  async 'read-later'(request, _context, { emit, gate }) {
    emit('called')
    await gate('read')
    let length = 0
    for await (const chunk of request.body! as unknown as AsyncIterable<Uint8Array>) length += chunk.length
    return new Response(String(length))
  },

  /** Answers only after it has told how reading ended. */
  async 'read-to-the-end'(request, context, { emit }) {
    context.signal.addEventListener('abort', () => emit('abort'))
    emit('called')
    const how = await request.text().then(
      (text) => `read ${text.length}`,
      () => 'failed',
    )
    emit('read', how)
    return new Response(how)
  },

  /** Reads until it fails and lets that be the answer of the server. */
  'read-and-throw': async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
