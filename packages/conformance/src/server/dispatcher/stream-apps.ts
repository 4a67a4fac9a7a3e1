import type { CaseApp } from './probe.ts'

const encoder = new TextEncoder()

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

  /** 64 MiB for whoever takes them; tells each mebibyte that was asked for. */
  plenty: (_request, _context, { emit }) => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull(controller) {
          if (pulled === 1024) return controller.close()
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
