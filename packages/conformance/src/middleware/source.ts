/** A body that notes what happens to it. */
export interface Source {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  /** How many chunks were asked for. */
  readonly pulled: () => number
  /** Whether it was read to its end or cancelled. */
  readonly released: () => boolean
  /** What it was cancelled with. */
  readonly reasons: readonly unknown[]
}

/**
 * A body of `count` chunks, made when they are asked for, that ends, or fails with `error`. It is finite, so that a middleware
 * that reads ahead without limit fails a case and nothing else.
 */
export function sourceOf(count: number, chunk: (index: number) => Uint8Array<ArrayBuffer>, error?: Error): Source {
  let pulled = 0
  let ended = false
  const reasons: unknown[] = []
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (pulled < count) return controller.enqueue(chunk(pulled++))
        ended = true
        if (error === undefined) controller.close()
        else controller.error(error)
      },
      cancel: (reason) => void reasons.push(reason),
    },
    { highWaterMark: 0 },
  )
  return { body, pulled: () => pulled, released: () => ended || reasons.length > 0, reasons }
}

/** A body whose chunks come when the case says so. */
export interface Pushed extends Source {
  push(text: string): void
  end(): void
}

/** A body that has nothing until it is pushed. */
export function pushed(): Pushed {
  let source: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let count = 0
  let ended = false
  const reasons: unknown[] = []
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => void (source = controller),
    cancel: (reason) => void reasons.push(reason),
  })
  return {
    body,
    pulled: () => count,
    released: () => ended || reasons.length > 0,
    reasons,
    push(text) {
      count++
      source!.enqueue(encoder.encode(text))
    },
    end() {
      ended = true
      source!.close()
    },
  }
}

/** Lets everything run that can, several times: long enough for whoever wants to read ahead. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
}

const encoder = new TextEncoder()
