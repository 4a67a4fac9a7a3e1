import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEntry } from '@fsgi/core/server'
import { Client, noticeOf } from './fixtures/client.ts'
import { PASSWORD } from './fixtures/test-site.ts'
import accounts from './app.ts'
import type { Started } from '@fsgi/core/server'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'))
})
afterEach(() => rm(folder, { recursive: true }))

function start(env: Record<string, string> = {}): Promise<Started> {
  return startEntry(accounts, {
    env: { ACCOUNTS_DB: join(folder, 'accounts.sqlite'), SESSIONS_DB: join(folder, 'sessions.sqlite'), ...env },
  })
}

test('accounts and sessions survive a restart', async () => {
  const first = await start()
  const before = new Client(first.app)
  expect((await before.submit('/signup', '/signup', { name: 'Ada', password: PASSWORD })).status).toBe(303)
  await first.close()

  const second = await start()
  const after = new Client(second.app)
  for (const [name, value] of before.cookies) after.cookies.set(name, value)
  expect(noticeOf((await after.get('/')).html)).toBe('Welcome, Ada. This is your account.')
  const device = new Client(second.app)
  expect((await device.submit('/login', '/login', { name: 'Ada', password: PASSWORD })).status).toBe(303)
  const answer = await device.submit('/devices', '/logout-everywhere')
  expect(noticeOf((await device.follow(answer)).html)).toBe('You are logged out everywhere: 2 devices.')
  expect((await after.get('/devices')).status).toBe(303)
  await second.close()
})

test.each(['ACCOUNTS_DB', 'SESSIONS_DB'])('%s that cannot be opened is an error with its path', async (name) => {
  const path = join(folder, 'not there', 'file.sqlite')
  await expect(start({ [name]: path })).rejects.toThrow(path)
})
