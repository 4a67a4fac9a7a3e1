import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openMessages } from './messages.ts'
import type { Messages } from './messages.ts'

let folder: string
let messages: Messages
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guestbook-'))
  messages = await openMessages(join(folder, 'book.sqlite'))
})
afterEach(async () => {
  messages.close()
  await rm(folder, { recursive: true })
})

const texts = (range: { before?: number; limit: number }): string[] => messages.page(range).map(({ text }) => text)

test('a message is given an id and a time', () => {
  const before = Date.now()
  const message = messages.add({ name: 'Ada', text: 'line 1\nline 2 🎉 "quoted" \'); DROP TABLE messages; --' })
  expect(message).toEqual({
    id: 1,
    name: 'Ada',
    text: 'line 1\nline 2 🎉 "quoted" \'); DROP TABLE messages; --',
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
  })
  expect(Date.parse(message.createdAt)).toBeGreaterThanOrEqual(before)
  expect(messages.page({ limit: 10 })).toEqual([message])
})

test('pages go from the newest to the oldest', () => {
  for (const text of ['a', 'b', 'c', 'd', 'e']) messages.add({ name: 'Ada', text })
  expect(texts({ limit: 2 })).toEqual(['e', 'd'])
  expect(texts({ before: 4, limit: 2 })).toEqual(['c', 'b'])
  expect(texts({ before: 2, limit: 2 })).toEqual(['a'])
  expect(texts({ before: 1, limit: 2 })).toEqual([])
})

test('messages are there when the file is opened again', async () => {
  messages.add({ name: 'Ada', text: 'still here' })
  messages.close()
  messages = await openMessages(join(folder, 'book.sqlite'))
  expect(texts({ limit: 10 })).toEqual(['still here'])
})

test('newest first is by time: what is seeded is older than what was posted before', () => {
  messages.add({ name: 'Ada', text: 'now' })
  messages.seed(3)
  const page = messages.page({ limit: 10 })
  expect(page.map(({ text }) => text.replace(/.*(?=Visitor)/, ''))).toEqual([
    'now',
    'Visitor no. 1)',
    'Visitor no. 2)',
    'Visitor no. 3)',
  ])
  expect(messages.page({ before: page[1]!.id, limit: 10 })).toEqual(page.slice(2))
})

test('seed() adds messages whose times ascend', () => {
  messages.seed(200)
  const page = messages.page({ limit: 500 })
  expect(page).toHaveLength(200)
  expect(page.map(({ createdAt }) => createdAt)).toEqual(
    page
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .toReversed(),
  )
})

test('a file that cannot be opened is named, with what to do', async () => {
  const file = join(folder, 'not-a-database.sqlite')
  await writeFile(file, 'this is text, and long enough to be read as the head of a database file: '.repeat(10))
  await expect(openMessages(file)).rejects.toThrow(
    `cannot open the guestbook's database '${file}': set GUESTBOOK_DB to a file that can be written`,
  )
  await expect(openMessages(join(folder, 'no/such/folder.sqlite'))).rejects.toThrow('set GUESTBOOK_DB')
})

test('several processes can open a new file and write at the same time, and nothing is lost', async () => {
  const file = join(folder, 'shared.sqlite')
  const script = `
    import { openMessages } from ${JSON.stringify(new URL('messages.ts', import.meta.url).href)}
    const messages = await openMessages(${JSON.stringify(file)})
    for (let i = 0; i < 100; i++) messages.add({ name: process.argv[2], text: String(i) })
    messages.close()`
  await writeFile(join(folder, 'writer.mjs'), script)
  const exits = [1, 2, 3, 4].map(async (writer) => {
    const child = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), join(folder, 'writer.mjs'), `${writer}`],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    let errors = ''
    child.stderr.on('data', (chunk) => (errors += chunk))
    const [code] = (await once(child, 'close')) as [number]
    return { code, errors }
  })
  expect(await Promise.all(exits)).toEqual(Array.from({ length: 4 }, () => ({ code: 0, errors: '' })))
  const shared = await openMessages(file)
  const all = shared.page({ limit: 1000 })
  shared.close()
  for (const writer of ['1', '2', '3', '4']) {
    const written = all.filter(({ name }) => name === writer).map(({ text }) => Number(text))
    expect(written).toEqual(Array.from({ length: 100 }, (_, i) => 99 - i))
  }
}, 30_000)
