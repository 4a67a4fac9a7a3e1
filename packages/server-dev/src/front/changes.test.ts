import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { makeChanges } from './changes.ts'
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

  const path = '/__fsgi/changes?age=0'
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
    ['/__fsgi/api/exchanges', own],
    ['/__fsgi/api/exchanges', { ...own, 'x-fsgi-token': 'wrong' }],
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

test.concurrent('a page is told of new code, and of what it has missed since its own answer', async (t) => {
  const project = makeProject(t, { 'app.ts': 'export default 1\n' })
  const server = await startCommand(project)
  const connect = async (age: number): Promise<ReadableStreamDefaultReader<string>> => {
    const stream = await fetch(`${server.url}/__fsgi/changes?age=${age}`)
    return stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  }
  const open = await connect(0)
  expect((await open.read()).value).toBe(':\n\n')
  project.write('app.ts', answering('healed'))
  expect((await open.read()).value).toMatch(/^event: changed\ndata: \d+\n\n$/)
  await open.cancel()

  const late = await connect(60_000)
  let told = ''
  while (!told.includes('event: changed')) told += (await late.read()).value
  await late.cancel()
})

test('what was missed is replayed: the newest of each file, nothing from before new code, and new code if it was much', async () => {
  let time = 0
  const changes = makeChanges(() => time)
  const since = async (age: number | string): Promise<string[]> => {
    const { body } = await dispatch(changes.app, `/__fsgi/changes?${typeof age === 'string' ? 'as-of' : 'age'}=${age}`)
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (changes.tell('css', 'end'); !text.includes('data: end');) text += (await reader.read()).value
    await reader.cancel()
    return [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map((match) => `${match[1]} ${match[2]}`)
  }
  changes.tell('changed', '1')
  time = 10
  changes.tell('css', 'a.css')
  changes.tell('asset', 'a.svg\nevent: changed')
  time = 20
  changes.tell('css', 'a.css')
  expect(await since(30)).toEqual(['changed 1', 'asset a.svg event: changed', 'css a.css', 'css end'])
  expect(await since(5)).toEqual(['css a.css', 'css end'])
  expect(await since(-5)).toEqual(['css end'])
  time = 30
  changes.tell('changed', '2')
  expect(await since(30)).toEqual(['changed 2', 'css end'])
  time = 40
  for (let count = 0; count < 150; count++) changes.tell('asset', `${count}.svg`)
  expect((await since(5))[0]).toBe('changed ')
  time = 1000
  const before = changes.asOf()
  time = 1001
  changes.tell('changed', '3')
  const after = changes.asOf()
  time = 99_000
  expect(await since(before)).toEqual(['changed 3', 'css end'])
  expect(await since(after)).toEqual(['css end'])
  expect(await since('100000')).toEqual(['changed 3', 'css end']) // of before the machine was started
  changes.close()
})

test('a page that reads nothing any more is dropped, and all streams end with the server', async () => {
  const changes = makeChanges()
  const open = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> =>
    (await dispatch(changes.app, '/__fsgi/changes?age=0')).body!.getReader()
  const [stalled, reading] = [await open(), await open()]
  for (let count = 0; count < 150; count++) {
    changes.tell('asset', `${count}.svg`)
    await reading.read()
  }
  changes.close()
  const rest = async (reader: ReadableStreamDefaultReader<Uint8Array>): Promise<number> => {
    for (let count = 0; ; count++) if ((await reader.read()).done) return count
  }
  expect(await rest(reading)).toBeLessThan(5)
  expect(await rest(stalled)).toBeLessThan(120)
})
