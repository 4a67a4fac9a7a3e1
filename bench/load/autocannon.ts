// The load from autocannon, in this process. What is counted is a window in which all connections are busy: neither the
// connections' making nor the requests that are in the air at the end distort it.
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { visitorCookies } from './visitor-cookies.ts'
import type { Client, Instance, Options } from 'autocannon'
import type { Load, Round } from './load.ts'

const untilBusy = 50 // ms

export const loadWithAutocannon: Load = async (server, exchange, { connections, seconds }) => {
  const { method = 'GET', path, headers = {}, body, answer, turns } = exchange
  const cookies = exchange.session === true ? await visitorCookies(server.port, exchange, connections) : []
  const options: Options = {
    url: `http://127.0.0.1:${server.port}${path}`,
    method: method as 'GET',
    connections,
    duration: 3600, // until it is stopped
    sampleInt: 50, // which it notices that often, in ms
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    ...(turns === undefined ? {} : { requests: turns.map((fields) => ({ headers: { ...headers, ...fields } })) }),
    setupClient(client: Client) {
      const cookie = cookies.pop()
      if (cookie !== undefined) client.setHeaders({ ...headers, cookie })
    },
  }
  let wrong: string | undefined
  let counting = false
  const latencies: number[] = []
  const { instance, done } = start(options)
  instance.on('response', (_client, status, _bytes, latency) => {
    if (status !== answer.status) wrong ??= `status ${status} instead of ${answer.status}`
    if (counting) latencies.push(latency)
  })
  instance.on('reqError', (error) => void (wrong ??= String(error)))

  try {
    await sleep(untilBusy)
    const cpuBefore = await server.cpu()
    const before = performance.now()
    counting = true
    await sleep(seconds * 1000)
    const cpu = (await server.cpu()) - cpuBefore
    counting = false
    const elapsed = performance.now() - before
    if (wrong !== undefined) throw new Error(`an answer under load is wrong: ${wrong}`)
    return roundOf(latencies, cpu, elapsed)
  } finally {
    ;(instance as unknown as { stop(): void }).stop() // missing from its types
    await done
  }
}

function start(options: Options): { instance: Instance; done: Promise<unknown> } {
  let instance: Instance
  const done = new Promise((resolve, reject) => {
    instance = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)))
  })
  return { instance: instance!, done }
}

function roundOf(latencies: number[], cpuMicros: number, milliseconds: number): Round {
  const count = latencies.length
  if (count === 0) throw new Error(`no request was answered in ${Math.round(milliseconds)} ms`)
  const sorted = Float64Array.from(latencies).toSorted()
  return {
    cpuMicros: cpuMicros / count,
    requestsPerSecond: (count * 1000) / milliseconds,
    p50: sorted[Math.floor(count * 0.5)]!,
    p99: sorted[Math.floor(count * 0.99)]!,
  }
}
