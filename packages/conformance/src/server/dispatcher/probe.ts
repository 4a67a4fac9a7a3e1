import type { Context } from '@fsgi/core'

/** How the app of a case tells what the client cannot see. */
export interface Probe {
  /** Tells it in order; `data` must be JSON. */
  emit(name: string, data?: unknown): void
  /** Waits until the case opens the gate. */
  gate(name: string): Promise<void>
  /** How many arguments the server has called the app with. */
  readonly argumentCount: number
}

/** The app of a case. */
export type CaseApp = (request: Request, context: Context, probe: Probe) => Response | Promise<Response>

const counts = new Map<string, number>()
let latest: { readonly url: string; readonly waitUntil: Context['waitUntil'] } | undefined

/** The probe of a request that says in `x-fsgi-events` where its events go. */
export function probeOf(request: Request, context: Context, argumentCount: number): Probe {
  const url = request.headers.get('x-fsgi-events') ?? undefined
  const { waitUntil } = context
  latest = url === undefined ? undefined : { url, waitUntil }
  return {
    argumentCount,
    emit: (name, data) => void (url !== undefined && waitUntil(post(url, name, data))),
    gate: async (name) => void (url !== undefined && (await fetch(`${url}?gate=${name}`))),
  }
}

/**
 * The `report` to start a server with, so that cases see what reaches the operator. It goes to the case whose request came last,
 * because an error says nothing of its request.
 */
export function report(error: unknown): void {
  latest?.waitUntil(post(latest.url, 'report', String(error)).catch(() => {}))
}

async function post(url: string, name: string, data: unknown): Promise<void> {
  const seq = counts.get(url) ?? 0
  counts.set(url, seq + 1)
  await fetch(url, { method: 'POST', body: JSON.stringify({ seq, name, data }) })
}
