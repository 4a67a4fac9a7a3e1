import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RUNTIMES, runApp } from '../../hello/src/fixtures/run-app.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

test('a book that one runtime writes is read and continued by the next', async () => {
  const data = await mkdtemp(join(tmpdir(), 'guestbook-'))
  try {
    for (const [index, runtime] of RUNTIMES.entries()) {
      const { url, stop } = await runApp(runtime, folder, { GUESTBOOK_DB: join(data, 'book.sqlite') })
      try {
        const response = await fetch(`${url}/api/messages`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: runtime, text: 'été 🎉' }),
        })
        expect([runtime, response.status]).toEqual([runtime, 201])
        const messages = (await (await fetch(`${url}/api/messages`)).json()) as { name: string; text: string }[]
        expect(messages.map(({ name }) => name)).toEqual(RUNTIMES.slice(0, index + 1).toReversed())
        expect(messages.every(({ text }) => text === 'été 🎉')).toBe(true)
        expect(await (await fetch(url)).text()).toContain('>été 🎉</p>')
      } finally {
        await stop()
      }
    }
  } finally {
    await rm(data, { recursive: true })
  }
})
