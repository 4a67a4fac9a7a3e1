import type { CaseApp, Probe } from './probe.ts'

const encoder = new TextEncoder()

/** `data: 0` to `data: 2`, each a gzip member (RFC 1952 §2.2) as a layer that compresses event by event would send it. */
const members = [
  'H4sIAAAAAAAC/0tJLEm0UjDg4gIA+ae6VQkAAAA=',
  'H4sIAAAAAAAC/0tJLEm0UjDk4gIAzs14VAkAAAA=',
  'H4sIAAAAAAAC/0tJLEm0UjDi4gIAl3M+VgkAAAA=',
]

/** Bodies that are made while the client watches. */
export const streamApps: Readonly<Record<string, CaseApp>> = {
  /** Has no first chunk before the case says so. */
  'late-body': (_request, _context, { gate }) => {
    let said = false
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
      if (said) return controller.close()
      said = true
      await gate('first')
      controller.enqueue(encoder.encode('at last'))
    }
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))
  },

  /** Makes a chunk only when the case has said that it saw the one before. */
  'lock-step': (_request, _context, { gate }) => {
    let next = 0
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
      if (next > 0) await gate(`saw ${next - 1}`)
      if (next === 4) return controller.close()
      controller.enqueue(encoder.encode(`chunk ${next++}`))
    }
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), {
      headers: { 'content-type': 'text/event-stream' },
    })
  },

  /** Pushes a chunk, asked for or not, when the case has said that it saw the one before. */
  pushed: (_request, _context, { gate }) =>
    new Response(
      pushing(
        ['chunk 0', 'chunk 1', 'chunk 2'].map((text) => encoder.encode(text)),
        gate,
      ),
    ),

  /** Events that are compressed one by one. */
  'compressed-events': (_request, _context, { gate }) =>
    new Response(pushing(members.map(decoded), gate), {
      headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip', vary: 'accept-encoding' },
    }),

  /** 64 MiB for whoever takes them; tells each mebibyte that was asked for. */
  plenty: (_request, _context, { emit }) => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull(controller) {
          if (pulled === 1536) return controller.close()
          if (pulled++ % 16 === 0) emit('mebibyte')
          controller.enqueue(new Uint8Array(64 * 1024))
        },
        cancel: () => emit('cancelled'),
      },
      { highWaterMark: 0 },
    )
    return new Response(body)
  },
}

function pushing(
  chunks: readonly Uint8Array<ArrayBuffer>[],
  gate: Probe['gate'],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let gone = false
  return new ReadableStream({
    start(controller) {
      void push().catch((error: unknown) => controller.error(error))
      async function push(): Promise<void> {
        for (const [index, chunk] of chunks.entries()) {
          if (index > 0) await gate(`saw ${index - 1}`)
          if (gone) return
          controller.enqueue(chunk)
        }
        controller.close()
      }
    },
    cancel: () => void (gone = true),
  })
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
