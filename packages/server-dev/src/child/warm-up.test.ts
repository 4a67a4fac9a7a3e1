import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { developing } from './dev-entry.ts'
import { warmUp } from './warm-up.ts'
import type { FromChild } from '../messages.ts'

test('an exchange goes the whole way, in what development puts around an app, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-warm-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const at = { socket: join(folder, '1.sock'), token: 'x'.repeat(32) }
  const facts = {
    ...at,
    entry: join(folder, 'app.ts'),
    root: folder,
    lint: true,
    version: 0,
    pageToken: 'y'.repeat(32),
  }
  const seen: string[] = []
  const told: FromChild[] = []
  function app(request: Request): Response {
    seen.push(request.method)
    return new Response('warm')
  }
  await warmUp(developing(facts, (message) => told.push(message))(app), at)
  expect(seen).toEqual(['GET', 'POST'])
  expect(told.filter(({ type }) => type === 'error' || type === 'finding')).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})
