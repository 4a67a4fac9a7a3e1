import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'
import type { IncomingMessage } from 'node:http'

function ask(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<IncomingMessage & { text(): Promise<string> }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers }, (incoming) => {
      const text = async (): Promise<string> => {
        let all = ''
        for await (const part of incoming.setEncoding('utf8')) all += part as string
        return all
      }
      resolve(Object.assign(incoming, { text }))
    })
    outgoing.on('error', reject)
    outgoing.end()
    onTestFinished(() => void outgoing.destroy())
  })
}

test('only hosts of this machine are answered, and only pages of this server may use what is below /__fsgi/', async () => {
  const project = makeProject({ 'app.ts': 'export default () => { throw new Error("shown") }\n' })
  const server = await startCommand(project)
  const { port } = server
  for (const host of ['evil.example', `evil.example:${port}`, '10.1.2.3', 'localhost.evil.example']) {
    const refused = await ask(port, '/', { host })
    expect(refused.statusCode).toBe(403)
    expect(await refused.text()).toMatch(/does not answer for the host '.*DNS rebinding.*--host/)
  }
  for (const host of ['localhost', `app.localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    expect((await ask(port, '/', { host })).statusCode).toBe(500) // the application's own answer
  }

  const page = await (await ask(port, '/', { host: 'localhost', accept: 'text/html' })).text()
  const path = /"(\/__fsgi\/changes\?[^"]+)"/.exec(page)![1]!
  const own = { host: `localhost:${port}` }
  expect((await ask(port, path, own)).statusCode).toBe(200)
  expect(
    (await ask(port, path, { ...own, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' })).statusCode,
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
    const answer = await ask(port, address, headers)
    expect(
      [answer.statusCode, answer.headers['access-control-allow-origin']],
      `${address} ${JSON.stringify(headers)}`,
    ).toEqual([403, undefined])
  }
  expect((await ask(port, path.replace('/changes', '/other'), own)).statusCode).toBe(404)
})

test('a page is told of new code, at once if it is old already', async () => {
  const project = makeProject({ 'app.ts': 'export default 1\n' })
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
