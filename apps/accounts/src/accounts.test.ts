import { afterEach, beforeEach, expect, test } from 'vitest'
import { accountsIn } from './accounts.ts'
import { openDatabase } from './open-database.ts'
import type { Database } from './open-database.ts'

const ADA = { name: 'Ada', password: 'correct horse battery' }

let database: Database
beforeEach(async () => {
  database = await openDatabase(':memory:')
})
afterEach(() => void database.close())

test('a password is hashed anew when it is known and the cost has changed', async () => {
  const account = await (await accountsIn(database, { cost: 16 })).add(ADA)
  const accounts = await accountsIn(database, { cost: 64 })
  expect(await accounts.authenticate({ ...ADA, password: 'wrong' })).toBeUndefined()
  const kept = (): string =>
    (database.prepare('SELECT password FROM accounts').all()[0] as { password: string }).password
  expect(kept()).toMatch(/^scrypt:16:/)
  expect(await accounts.authenticate(ADA)).toEqual(account)
  expect(kept()).toMatch(/^scrypt:64:/)
  expect(await accounts.authenticate(ADA)).toEqual(account)
})

test('a name that nobody has takes as long as a wrong password', async () => {
  const accounts = await accountsIn(database)
  await accounts.add(ADA)
  const timeOf = async (name: string): Promise<number> => {
    const start = performance.now()
    expect(await accounts.authenticate({ name, password: 'wrong' })).toBeUndefined()
    return performance.now() - start
  }
  const pairs: [number, number][] = []
  for (let i = 0; i < 3; i++) pairs.push([await timeOf('Ada'), await timeOf('Eve')])
  const least = (index: 0 | 1): number => Math.min(...pairs.map((pair) => pair[index]))
  // Without the work for nobody it would be a thousandth. The machine may be busy with other things.
  expect(least(1)).toBeGreaterThan(least(0) / 4)
})

test('what is found has no password in it', async () => {
  const accounts = await accountsIn(database, { cost: 16 })
  const account = (await accounts.add(ADA))!
  expect(Object.keys(account)).toEqual(['id', 'name', 'createdAt'])
  expect(await accounts.authenticate(ADA)).toEqual(account)
  expect(accounts.get(account.id)).toEqual(account)
  expect(accounts.get('1')).toBeUndefined()
})

test('a name with a quote is a name', async () => {
  const accounts = await accountsIn(database, { cost: 16 })
  const bobby = { name: `Robert'); DROP TABLE accounts;--`, password: 'x' }
  const account = (await accounts.add(bobby))!
  expect(await accounts.authenticate(bobby)).toEqual(account)
  expect(await accounts.authenticate({ name: `' OR 1=1 --`, password: 'x' })).toBeUndefined()
})
