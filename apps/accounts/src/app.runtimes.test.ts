import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fieldsOf } from './fixtures/client.ts'
import { PASSWORD } from './fixtures/test-site.ts'
import { RUNTIMES, runApp } from '../../hello/src/fixtures/run-app.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Fills in a form, as a visitor without a session, and gives the cookie of who is logged in. */
async function enter(url: string, path: '/signup' | '/login', name: string): Promise<string> {
  const page = await fetch(`${url}${path}`)
  const body = new URLSearchParams({ ...fieldsOf(await page.text(), path), name, password: PASSWORD })
  const headers = { cookie: cookieOf(page) }
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body, redirect: 'manual' })
  expect([url, path, name, answer.status]).toEqual([url, path, name, 303])
  return cookieOf(answer)
}

const cookieOf = (response: Response): string => response.headers.getSetCookie()[0]!.split(';')[0]!

test('accounts and sessions that one runtime writes are read by the next', async () => {
  const data = await mkdtemp(join(tmpdir(), 'accounts-'))
  const env = { ACCOUNTS_DB: join(data, 'accounts.sqlite'), SESSIONS_DB: join(data, 'sessions.sqlite') }
  let first: string | undefined
  try {
    for (const [index, runtime] of RUNTIMES.entries()) {
      const { url, stop } = await runApp(runtime, folder, env)
      try {
        first ??= await enter(url, '/signup', 'Ada')
        await enter(url, '/login', 'Ada')
        const devices = await (await fetch(`${url}/devices`, { headers: { cookie: first } })).text()
        expect([runtime, devices.match(/<li class="card">/g)?.length]).toEqual([runtime, index + 2])
      } finally {
        await stop()
      }
    }
  } finally {
    await rm(data, { recursive: true })
  }
})
