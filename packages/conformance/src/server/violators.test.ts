import { describe, expect, it } from 'vitest'
import { openSession, runServerCase } from './check-server.ts'
import { serverCases } from './cases.ts'
import { serverNode } from './fixtures/server-node.ts'
import { startViolators } from './fixtures/start-violators.ts'
import { tampered } from './fixtures/tampered.ts'
import { violators } from './fixtures/violators.ts'
import { wireViolators } from './fixtures/wire-violators.ts'
import { wrongServer } from './fixtures/wrong-server.ts'
import type { Host } from './host.ts'

/** A server for each case that breaks what it looks at. Many do so by a stall, which two seconds show. */
const broken: Readonly<Record<string, Host>> = {
  ...mapped(violators, (mistake) => ({ ...tampered(mistake), declared: {} })),
  ...mapped(wireViolators, wrongServer),
  ...mapped(startViolators, (serve) => ({ ...serverNode, modes: ['bare'], serve })),
}

const byId = new Map(serverCases.map((one) => [one.id, one]))
// A report does not say of which exchange it is: these run one at a time.
const alone = (id: string): boolean => byId.get(id)?.tier === 'cap:report'
const ids = Object.keys(broken)

describe('every case of the server suite can fail', () => {
  it('there is a server that breaks it, and none for a case that is not there', () => {
    expect(ids.toSorted()).toEqual([...byId.keys()].toSorted())
  })

  it.concurrent.each(ids.filter((id) => !alone(id)))('%s finds a server that breaks it', findsIt)
  it.each(ids.filter(alone))('%s finds a server that breaks it', findsIt)
})

describe('the mistake of a wrong server is the only one', () => {
  const throughRelay = Object.keys(wireViolators).filter((id) => id !== 'X02b') // a relay has an address of its own
  const noMistake = wrongServer({ takes: (text) => text, sends: (text) => text })
  it.concurrent.each(throughRelay)('%s passes without it', async (id) => {
    expect(await failureOf(id, noMistake)).toBeUndefined()
  })
})

async function findsIt(id: string): Promise<void> {
  expect(await failureOf(id, broken[id]!)).toBeInstanceOf(Error)
}

async function failureOf(id: string, host: Host): Promise<Error | undefined> {
  const session = await openSession(host)
  const { error } = await runServerCase(byId.get(id)!, 'bare', session)
  await session.close()
  return error
}

function mapped<T>(given: Readonly<Record<string, T>>, make: (value: T) => Host): Record<string, Host> {
  return Object.fromEntries(Object.entries(given).map(([id, value]) => [id, { ...make(value), limit: 2000 }]))
}
