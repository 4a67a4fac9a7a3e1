import { expect, test } from 'vitest'
import { postgres, postgresSchema } from './postgres.ts'
import type { PostgresPool } from './postgres.ts'

const pool: PostgresPool = { connect: () => {} }

test('wrong arguments are named, with what was expected', () => {
  expect(() => postgres({} as PostgresPool)).toThrow(
    new TypeError('@fsgi/middleware-session: postgres() takes a pool of the pg package: new pg.Pool({ … })'),
  )
  expect(() => postgres(pool, { tabel: 'x' } as object)).toThrow(
    new TypeError("@fsgi/middleware-session: postgres(): option 'tabel' is not an option"),
  )
  for (const table of ['', 'a.b.c', 'a"b', 'x; DROP TABLE x', '1a', 'a'.repeat(49), 'é', 3 as unknown as string]) {
    expect(() => postgres(pool, { table }), table).toThrow(/option 'table' must be 'table' or 'schema\.table'/)
    expect(() => postgresSchema(table), table).toThrow(/option 'table' must be/)
  }
})

test('names are quoted as they are given', () => {
  expect(postgresSchema('Web.Sessions')).toContain('CREATE TABLE IF NOT EXISTS "Web"."Sessions" (')
  expect(postgresSchema()).toContain('CREATE INDEX IF NOT EXISTS "fsgi_sessions_subject" ON "fsgi_sessions" (subject)')
})
