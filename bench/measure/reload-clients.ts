// Clients that send requests all along, each on a new connection, as curl and a browser's first request do.
import { setTimeout as sleep } from 'node:timers/promises'
import { sendRequest } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'

const count = 8

/** One request; times are those of `performance.now()`. */
export interface Answered {
  readonly began: number
  readonly ended: number
  /** Of the code that answered, or what was wrong. */
  readonly result: { readonly version: number } | { readonly wrong: string }
}

export interface Clients {
  readonly answers: readonly Answered[]
  /** Resolves when this version has answered, or after `limit` milliseconds. */
  shown(version: number, limit: number): Promise<void>
  stop(): Promise<void>
}

export function sendAllAlong(port: number, exchange: Exchange): Clients {
  const answers: Answered[] = []
  let going = true
  let newest = 0
  const client = async (): Promise<void> => {
    while (going) {
      const began = performance.now()
      const result = await ask(port, exchange)
      answers.push({ began, ended: performance.now(), result })
      if ('version' in result) newest = Math.max(newest, result.version)
      await sleep(10 + Math.random() * 20) // so that the server is not busy with requests; and not all clients at once
    }
  }
  const all = Array.from({ length: count }, client)
  return {
    answers,
    async shown(version, limit) {
      const end = performance.now() + limit
      while (newest < version && performance.now() < end) await sleep(5)
    },
    async stop() {
      going = false
      await Promise.all(all)
    },
  }
}

async function ask(port: number, exchange: Exchange): Promise<Answered['result']> {
  try {
    const { status, body } = await sendRequest(port, exchange)
    const text = body.toString()
    const version = /^\d+(?= hello world$)/.exec(text)?.[0]
    if (status === 200 && version !== undefined) return { version: Number(version) }
    return { wrong: `${status} ${JSON.stringify(text.slice(0, 100))}` }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { wrong: code ?? message }
  }
}
