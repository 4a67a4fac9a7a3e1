import type { CaseApp } from './probe.ts'

const encoder = new TextEncoder()
const SECRET = 'the secret of the app'

/** Apps that fail, each in one way. `called` and `deferred` tell how often. */
export const errorApps: Readonly<Record<string, CaseApp>> = {
  throws: told(() => {
    throw new Error(SECRET)
  }),
  rejects: told(async () => {
    await Promise.resolve()
    throw new Error(SECRET)
  }),
  'throws-a-string': told(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- what a server does with it is the case
    throw SECRET
  }),
  'returns-undefined': told(() => undefined as unknown as Response),
  'returns-null': told(() => null as unknown as Response),
  'returns-text': told(() => SECRET as unknown as Response),
  'returns-number': told(() => 200 as unknown as Response),
  'returns-object': told(() => ({ status: 200, headers: {}, body: SECRET }) as unknown as Response),
  'resolves-undefined': told(async () => undefined as unknown as Response),
  'error-response': told(() => Response.error()),
  'used-body': told(async () => {
    const response = new Response('x')
    await response.text()
    return response
  }),
  'locked-body': told(() => {
    const response = new Response('x')
    response.body!.getReader()
    return response
  }),
  'same-response': (_request, _context, { emit }) => {
    emit('called')
    return (same ??= new Response('the same'))
  },

  'fails-first': told(() => new Response(failing([]))),
  'fails-later': told(() => new Response(failing(['begun']))),
  /** Fails when the case has seen its beginning. */
  'fails-when-seen': (request, _context, { gate }) => {
    const length = request.headers.get('x-length')
    const body = failing(['begun'], () => gate('seen'))
    return new Response(body, length === null ? {} : { headers: { 'content-length': length } })
  },
  'string-chunk': told(() => {
    const chunks: unknown[] = [encoder.encode('begun'), SECRET]
    const pull = (controller: ReadableStreamDefaultController<unknown>): void =>
      chunks.length > 0 ? controller.enqueue(chunks.shift()) : controller.close()
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }) as ReadableStream<Uint8Array<ArrayBuffer>>)
  }),

  /** Headers of its own class, which check nothing. */
  splits: told(() => {
    const fields = [['x-evil', 'a\r\nx-injected: 1\r\n\r\nanother response']] as [string, string][]
    const headers = {
      get: (name: string) => fields.find((field) => field[0] === name)?.[1] ?? null,
      has: (name: string) => fields.some((field) => field[0] === name),
      append: (name: string, value: string) => void fields.push([name, value]),
      delete: () => {},
      getSetCookie: () => [],
      entries: () => fields[Symbol.iterator](),
      [Symbol.iterator]: () => fields[Symbol.iterator](),
    }
    const response = { status: 200, statusText: '', headers, body: null, bodyUsed: false, url: '', type: 'default' }
    return response as unknown as Response
  }),

  'reports-itself': (_request, context) => {
    context.report(new Error(SECRET))
    return new Response('all is well')
  },
}

let same: Response | undefined

function told(app: CaseApp): CaseApp {
  return (request, context, probe) => {
    probe.emit('called')
    context.defer(({ status, aborted, error }) =>
      probe.emit('deferred', { status, aborted, failed: error !== undefined }),
    )
    return app(request, context, probe)
  }
}

/** Gives the texts, and fails after `wait`. */
function failing(texts: string[], wait = async (): Promise<void> => {}): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        const text = texts.shift()
        if (text !== undefined) return controller.enqueue(encoder.encode(text))
        await wait()
        controller.error(new Error(SECRET))
      },
    },
    { highWaterMark: 0 },
  )
}
