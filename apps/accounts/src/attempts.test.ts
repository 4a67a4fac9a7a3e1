import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { attemptsIn, LIMITS, WINDOW } from './attempts.ts'
import { openDatabase } from './open-database.ts'
import type { Attempts } from './attempts.ts'
import type { Database } from './open-database.ts'

let database: Database
let attempts: Attempts
let time = 1_000_000
beforeEach(async () => {
  database = await openDatabase(':memory:')
  attempts = attemptsIn(database, { now: () => time })
})
afterEach(() => void database.close())

/** How many attempts are allowed, and how long the next must wait. */
function exhaust(attempt: () => ReturnType<Attempts['logIn']>): [number, number] {
  for (let allowed = 0; ; allowed++) {
    const permission = attempt()
    if ('wait' in permission) return [allowed, permission.wait]
  }
}

test('each address has its few guesses, and a name its many from everywhere', () => {
  let address = 0
  expect(exhaust(() => attempts.logIn('Ada', '192.0.2.1'))).toEqual([LIMITS.nameFromAddress, WINDOW / 1000])
  expect(exhaust(() => attempts.logIn('Ada', `198.51.100.${address++}`))[0]).toBe(LIMITS.name - LIMITS.nameFromAddress)
})

test.each([
  ['2001:db8::1', '2001:db8:0:0:ffff::2', 'one customer'],
  ['2001:DB8:0:0::1', '2001:db8::', 'one customer'],
  ['fe80::1%eth0', 'fe80::2%eth0', 'one customer'],
  ['2001:db8:0:1::1', '2001:db8:0:2::1', 'two customers'],
  ['192.0.2.1', '192.0.2.2', 'two customers'],
])('%s and %s are %s', (one, other, kind) => {
  exhaust(() => attempts.logIn('Ada', one))
  expect('wait' in attempts.logIn('Ada', other)).toBe(kind === 'one customer')
})

test('where nothing is known of the client only the name counts', () => {
  expect(exhaust(() => attempts.logIn('Ada', null))[0]).toBe(LIMITS.name)
  expect('attempt' in attempts.logIn('Bob', null)).toBe(true)
  for (let i = 0; i < 100; i++) expect('attempt' in attempts.signUp(null)).toBe(true)
})

test('the window moves on: each failure is forgotten a quarter of an hour after it', () => {
  for (let i = 0; i < LIMITS.nameFromAddress; i++) {
    attempts.logIn('Ada', '192.0.2.1')
    time += 60_000
  }
  expect(attempts.logIn('Ada', '192.0.2.1')).toEqual({ wait: 600 })
  time += 600_000
  expect('attempt' in attempts.logIn('Ada', '192.0.2.1')).toBe(true)
  expect(attempts.logIn('Ada', '192.0.2.1')).toEqual({ wait: 60 })
})

test('what is forgotten is not kept', () => {
  for (let i = 0; i < 30; i++) attempts.logIn(`user ${i}`, '192.0.2.1')
  time += WINDOW
  attempts.logIn('Ada', '192.0.2.1')
  expect(database.prepare('SELECT * FROM attempts').all()).toHaveLength(3)
})

test('all processes count together', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-'))
  const databases = [await openDatabase(join(folder, 'a.sqlite')), await openDatabase(join(folder, 'a.sqlite'))]
  try {
    const [one, other] = databases.map((file) => attemptsIn(file, { now: () => time }))
    for (let i = 0; i < 3; i++) expect('attempt' in one!.logIn('Ada', '192.0.2.1')).toBe(true)
    expect(exhaust(() => other!.logIn('Ada', '192.0.2.1'))[0]).toBe(LIMITS.nameFromAddress - 3)
  } finally {
    for (const file of databases) file.close()
    await rm(folder, { recursive: true })
  }
})
