// One request and the answer that every server must give.
import { Agent, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { IncomingMessage } from 'node:http'

export interface Exchange {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** What must come back; `body` after gzip is undone, a field's value as a whole or by pattern. */
  readonly answer: {
    readonly status: number
    readonly body: string
    readonly headers: Readonly<Record<string, string | RegExp>>
    /** The fields that must not be there. */
    readonly absent?: readonly string[]
  }
  /** Further conditions on the server as a whole; throws what is wrong. */
  readonly check?: (send: (headers?: Record<string, string>) => Promise<Answer>) => Promise<void>
  /** Each connection of the load sends the cookies that a first request without any is given. */
  readonly session?: boolean
  /** Fields that the requests of the load take turns with, in place of those of `headers`. */
  readonly turns?: readonly Readonly<Record<string, string>>[]
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<IncomingMessage['headers']>
  readonly body: Buffer
}

/** Throws what is wrong with a server's answer, also to a second request on the same connection. */
export async function checkAnswer(port: number, exchange: Exchange): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    for (const which of ['first', 'second']) {
      const answer = await sendRequest(port, exchange, {}, agent)
      const wrong = differences(answer, exchange.answer)
      if (wrong.length > 0) throw new Error(`the ${which} answer on a connection is wrong: ${wrong.join('; ')}`)
    }
    await exchange.check?.((headers) => sendRequest(port, exchange, headers, agent))
  } finally {
    agent.destroy()
  }
}

/** Sends the exchange's request, with further header fields, and reads the whole answer. */
export function sendRequest(
  port: number,
  exchange: Exchange,
  headers: Record<string, string> = {},
  agent: Agent | false = false,
): Promise<Answer> {
  const { method = 'GET', path, body } = exchange
  const length = body === undefined ? {} : { 'content-length': String(body.byteLength) }
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, agent, timeout: 10_000 }
    const sent = request({ ...options, headers: { ...exchange.headers, ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')))
    sent.on('error', reject)
    sent.end(body)
  })
}

function differences(answer: Answer, expected: Exchange['answer']): string[] {
  const wrong: string[] = []
  if (answer.status !== expected.status) wrong.push(`status ${answer.status} instead of ${expected.status}`)
  for (const [name, value] of Object.entries(expected.headers)) {
    const actual = answer.headers[name]?.toString() ?? ''
    const right = typeof value === 'string' ? actual === value : value.test(actual)
    if (!right) wrong.push(`${name} is '${actual}' instead of ${typeof value === 'string' ? `'${value}'` : value}`)
  }
  for (const name of expected.absent ?? []) if (name in answer.headers) wrong.push(`it has ${name}`)
  const body = textOf(answer)
  if (body !== expected.body) wrong.push(`the body is ${excerpt(body)} instead of ${excerpt(expected.body)}`)
  return wrong
}

function textOf({ headers, body }: Answer): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()
}

function excerpt(text: string): string {
  return text.length <= 60 ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, 60))}… (${text.length} characters)`
}
