import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'
import type { IncomingMessage } from 'node:http'
import type { Running } from '../fixtures/command.ts'
import type { TestHook } from '../fixtures/project.ts'

type Answer = IncomingMessage & { text(): Promise<string> }
type Ask = (path: string, headers: Record<string, string>) => Promise<Answer>

const asking =
  ({ port }: Running, { onTestFinished }: { onTestFinished: TestHook }): Ask =>
  (path, headers) =>
    new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, path, headers, agent: false }, (incoming) =>
        resolve(Object.assign(incoming, { text: () => text(incoming) })),
      )
      outgoing.on('error', reject)
      outgoing.end()
      onTestFinished(() => void outgoing.destroy())
    })

test.concurrent('only hosts of this machine are answered, and only pages of this server may use what is below /__fsgi/', async (t) => {
  const project = makeProject(t, { 'app.ts': 'export default () => { throw new Error("shown") }\n' })
  const server = await startCommand(project)
  const { port } = server
  const ask = asking(server, t)
  for (const host of ['evil.example', `evil.example:${port}`, '10.1.2.3', 'localhost.evil.example']) {
    const refused = await ask('/', { host })
    expect(refused.statusCode).toBe(403)
    expect(await refused.text()).toMatch(/does not answer for the host '.*DNS rebinding.*--host/)
  }
  for (const host of ['localhost', `app.localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    expect((await ask('/', { host })).statusCode).toBe(500) // the application's own answer
  }

  const page = await (await ask('/', { host: 'localhost', accept: 'text/html' })).text()
  const path = /"(\/__fsgi\/changes\?[^"]+)"/.exec(page)![1]!
  const own = { host: `localhost:${port}` }
  expect((await ask(path, own)).statusCode).toBe(200)
  expect(
    (await ask(path, { ...own, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' })).statusCode,
  ).toBe(200)
  const refused: [string, Record<string, string>][] = [
    [path, { ...own, origin: 'http://evil.example' }],
    [path, { ...own, origin: 'null' }],
    [path, { ...own, 'sec-fetch-site': 'cross-site' }],
    [path, { ...own, 'sec-fetch-site': 'same-site' }],
    [path, { host: 'evil.example' }],
    ['/__fsgi/changes?version=1', own],
    ['/__fsgi/changes?version=1&token=wrong', own],
    [path.replace('/changes?', '/%63hanges?token=x&'), own],
  ]
  for (const [address, headers] of refused) {
    const answer = await ask(address, headers)
    expect(
      [answer.statusCode, answer.headers['access-control-allow-origin']],
      `${address} ${JSON.stringify(headers)}`,
    ).toEqual([403, undefined])
  }
  expect((await ask(path.replace('/changes', '/other'), own)).statusCode).toBe(404)
})

test.concurrent('a page is told of new code, at once if it is old already', async (t) => {
  const project = makeProject(t, { 'app.ts': 'export default 1\n' })
  const server = await startCommand(project)
  const page = await (await fetch(server.url, { headers: { accept: 'text/html' } })).text()
  const path = /"(\/__fsgi\/changes\?[^"]+)"/.exec(page)![1]!
  const stream = await fetch(server.url + path)
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe(':\n\n')
  project.write('app.ts', answering('healed'))
  expect((await reader.read()).value).toMatch(/^event: changed\ndata: \d+\n\n$/)
  await reader.cancel()

  const late = (await fetch(server.url + path)).body!.pipeThrough(new TextDecoderStream()).getReader()
  let told = ''
  while (!told.includes('event: changed')) told += (await late.read()).value
  await late.cancel()
})
