// The load from wrk. It counts over its whole run: at the end a request per connection is in the air, which is small
// beside what a second completes.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { visitorCookies } from './visitor-cookies.ts'
import type { Exchange } from '../exchange.ts'
import type { Load } from './load.ts'

interface Summary {
  requests: number
  micros: number
  errors: number
  p50: number
  p99: number
}

export const loadWithWrk =
  (environment: Record<string, string> | undefined): Load =>
  async (server, exchange, { connections, seconds }) => {
    const visitors = exchange.session === true ? await visitorCookies(server.port, exchange, connections) : []
    const turns = [...visitors.map((cookie) => ({ cookie })), ...(exchange.turns ?? [])]
    const folder = mkdtempSync(join(tmpdir(), 'bench-wrk-'))
    try {
      const script = writeScript(folder, exchange, turns)
      const url = `http://127.0.0.1:${server.port}${exchange.path}`
      const before = await server.cpu()
      // Of one answer: with 100 connections on a busy machine some take longer than the default, 2 s, which is not wrong.
      const timeout = ['--timeout', '10s']
      const args = ['-t1', `-c${connections}`, '-d1h', ...timeout, '-s', script, url]
      const { requests, micros, errors, p50, p99 } = await run(args, seconds, { ...process.env, ...environment })
      const cpu = (await server.cpu()) - before
      if (errors > 0) throw new Error(`${errors} of ${requests} answers under load are wrong`)
      if (requests === 0) throw new Error(`no request was answered in ${seconds} s`)
      return {
        cpuMicros: cpu / requests,
        requestsPerSecond: (requests * 1e6) / micros,
        p50: p50 / 1000,
        p99: p99 / 1000,
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

function run(args: string[], seconds: number, env: NodeJS.ProcessEnv): Promise<Summary> {
  return new Promise((resolve, reject) => {
    const wrk = spawn('wrk', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    wrk.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()))
    wrk.stderr.on('data', (chunk: Buffer) => void (output += chunk.toString()))
    wrk.on('error', reject)
    const stop = setTimeout(() => wrk.kill('SIGINT'), seconds * 1000) // it then sums up; -d takes whole seconds only
    wrk.on('close', (code) => {
      clearTimeout(stop)
      const json = /^summary (\{.*\})$/m.exec(output)?.[1]
      if (code === 0 && json !== undefined) resolve(JSON.parse(json) as Summary)
      else reject(new Error(`wrk ended with exit code ${code}:\n${output}`))
    })
  })
}

function writeScript(folder: string, exchange: Exchange, turns: Record<string, string>[]): string {
  const { method = 'GET', headers = {}, body, answer } = exchange
  const lines = [`wrk.method = ${lua(method)}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`wrk.headers[${lua(name)}] = ${lua(value)}`)
  if (body !== undefined) {
    writeFileSync(join(folder, 'body'), body)
    lines.push(`wrk.body = io.open(${lua(join(folder, 'body'))}, 'rb'):read('*a')`)
  }
  if (turns.length > 0) lines.push(takingTurns(turns.flatMap((fields) => Object.entries(fields))))
  const script = join(folder, 'script.lua')
  writeFileSync(script, `${lines.join('\n')}\n${summary(answer.status)}`)
  return script
}

/** Requests that differ in a field each: a connection has no fields of its own in wrk. */
function takingTurns(fields: readonly (readonly [name: string, value: string])[]): string {
  return `
local fields, requests, turn = { ${fields.map((field) => `{ ${field.map(lua).join(', ')} }`).join(', ')} }, {}, 0
function init()
  for i, field in ipairs(fields) do
    wrk.headers[field[1]] = field[2]
    requests[i] = wrk.format()
  end
end
function request()
  turn = turn % #requests + 1
  return requests[turn]
end`
}

/** What wrk takes for errors of the status are all from 400 on. */
const summary = (status: number): string => `
function done(summary, latency)
  local e = summary.errors
  if ${status >= 400} then e.status = summary.requests - e.status end
  print(string.format('summary {"requests":%d,"micros":%d,"errors":%d,"p50":%d,"p99":%d}', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
`

function lua(text: string): string {
  return JSON.stringify(text) // the same escapes, for what header fields and paths contain
}
