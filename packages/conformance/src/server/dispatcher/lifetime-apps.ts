import { reply } from '@fsgi/core'
import type { CaseApp } from './probe.ts'
import type { Context } from '@fsgi/core'

const encoder = new TextEncoder()

/** What an app does when its exchange ends, or goes on after it. */
export const lifetimeApps: Readonly<Record<string, CaseApp>> = {
  /** Answers in the way that `x-kind` names, and tells how it ended. */
  lives: async (request, context, { emit }) => {
    context.signal.addEventListener('abort', () => emit('abort'))
    context.defer(({ status, aborted, error }) => emit('outcome', { status, aborted, error: error === undefined }))
    const kind = request.headers.get('x-kind')
    if (kind === 'read') await request.text()
    if (kind === 'not-modified') return new Response(null, { status: 304 })
    if (kind === 'stream') return new Response(drops(3))
    if (kind === 'known') return reply('known')
    return new Response('x')
  },

  /** Never answers. Tells why it was given up. */
  hangs: (_request, context, { emit }) => {
    tellOutcome(context, emit)
    emit('called')
    return new Promise((_resolve, reject) => {
      context.signal.addEventListener('abort', () => {
        emit('abort', nameOf(context.signal.reason))
        reject(context.signal.reason as Error)
      })
    })
  },

  /** Answers only after its client has gone. */
  'answers-too-late': async (_request, context, { emit }) => {
    tellOutcome(context, emit)
    emit('called')
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()))
    const cancel = (reason: unknown): void => emit('cancel', reason === context.signal.reason)
    return new Response(new ReadableStream({ cancel }, { highWaterMark: 0 }))
  },

  /** Streams until it is cancelled. */
  drips: (_request, context, { emit, gate }) => {
    context.signal.addEventListener('abort', () => emit('abort', nameOf(context.signal.reason)))
    tellOutcome(context, emit)
    let begun = false
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          if (begun) await gate('never')
          begun = true
          controller.enqueue(encoder.encode('drop'))
        },
        cancel: (reason) => emit('cancel', reason === context.signal.reason),
      },
      { highWaterMark: 0 },
    )
    return new Response(body)
  },

  /** Reads a body that does not end. */
  uploads: async (request, context, { emit }) => {
    tellOutcome(context, emit)
    const reader = request.body!.getReader()
    await reader.read()
    emit('called')
    for (;;) {
      const failed = await reader.read().then(
        ({ done }) => (done ? 'ended' : undefined),
        (error: unknown) => (error === context.signal.reason ? 'failed with the reason' : `failed: ${String(error)}`),
      )
      if (failed === undefined) continue
      emit('read', failed)
      return new Response('too late')
    }
  },

  /** Keeps nothing that refers to the signal, and makes the collector run. */
  forgets: async (request, context, { emit, gate }) => {
    new Request(request).signal.addEventListener('abort', () => {})
    context.signal.addEventListener('abort', () => emit('abort'))
    for (let round = 0; round < 4; round++) {
      const waste = Array.from({ length: 6_000 }, () => Array.from({ length: 50 }, () => round))
      await new Promise((resolve) => setTimeout(resolve, waste.length > 0 ? 0 : 1))
    }
    emit('called')
    await gate('never')
    return new Response('x')
  },

  defers: (request, context, { emit }) => {
    const { defer } = context
    for (const name of ['first', 'second', 'third']) {
      defer(async () => {
        emit(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 2))
        emit(`${name} ends`)
      })
    }
    const kind = request.headers.get('x-kind')
    if (kind === 'throw') throw new Error('after defer')
    if (kind === 'garbage') return undefined as unknown as Response
    if (kind === 'not-modified') return new Response(null, { status: 304 })
    if (kind === 'known') return reply('known')
    return new Response(drops(2))
  },

  'defers-and-fails': (_request, context, { emit }) => {
    context.defer(() => emit('first'))
    context.defer(() => {
      throw new Error('a cleanup failed')
    })
    context.defer(async () => {
      await Promise.resolve()
      throw new Error('another cleanup failed')
    })
    return new Response('x')
  },

  'defers-late': (_request, context, { emit }) => {
    context.defer(() => {
      context.waitUntil(
        new Promise<void>((resolve) => setTimeout(resolve, 1)).then(() =>
          context.defer(({ status }) => emit('late', status)),
        ),
      )
    })
    return new Response('x')
  },

  'works-on': (_request, context, { emit, gate }) => {
    const { waitUntil } = context
    context.signal.addEventListener('abort', () => emit('abort'))
    waitUntil(gate('work').then(() => emit('worked')))
    return new Response('x')
  },

  'works-in-vain': (_request, context) => {
    context.waitUntil(Promise.reject(new Error('the work failed')))
    return new Response('x')
  },

  /** A generator whose `finally` never runs if nobody begins to read. */
  generates: (_request, context, { emit }) => {
    context.defer(() => emit('deferred'))
    async function* generate(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      try {
        emit('generating')
        yield encoder.encode('x')
      } finally {
        emit('finally')
      }
    }
    const generator = generate()
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          const { done, value } = await generator.next()
          if (done === true) controller.close()
          else controller.enqueue(value)
        },
        cancel: async () => void (await generator.return(undefined)),
      },
      { highWaterMark: 0 },
    )
    return new Response(body)
  },
}

function tellOutcome({ defer, signal }: Context, emit: (name: string, data: unknown) => void): void {
  defer(({ status, aborted, error }) => emit('outcome', { status, aborted, reason: error === signal.reason }))
}

function nameOf(reason: unknown): string {
  return reason instanceof Error ? reason.name : String(reason)
}

function drops(count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = count
  return new ReadableStream(
    { pull: (controller) => (left-- > 0 ? controller.enqueue(encoder.encode('drop')) : controller.close()) },
    { highWaterMark: 0 },
  )
}
