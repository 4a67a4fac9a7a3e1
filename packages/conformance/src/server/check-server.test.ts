import { describe, expect, it } from 'vitest'
import { caseApps } from './dispatcher/dispatcher.ts'
import { checkServer, openSession, runServerCase } from './check-server.ts'
import { inProcess } from './hosts/in-process.ts'
import { report } from './dispatcher/probe.ts'
import { serverCases } from './cases.ts'
import { tampered } from './fixtures/tampered.ts'
import { violators } from './fixtures/violators.ts'
import { wrongServer } from './fixtures/wrong-server.ts'
import type { Host } from './host.ts'

describe('the server suite', () => {
  it('gives every case an id of its own, and every app a name that exists', () => {
    const ids = serverCases.map((one) => one.id)
    expect(ids).toEqual([...new Set(ids)])
    for (const one of serverCases) if (one.app !== undefined) expect(caseApps[one.app]).toBeTypeOf('function')
  })

  it('a case that is declared to fail must fail', async () => {
    const declared = { ...inProcess.declared, P07: 'it finds everything', U01: 'never true' }
    const host = {
      ...tampered(violators.P07!),
      tiers: new Set(['core'] as const),
      declared: { P07: declared.P07, U01: declared.U01 },
    }
    const byId = new Map((await checkServer(host)).map((result) => [result.case.id, result]))
    expect(byId.get('P07')).toMatchObject({ declared: 'it finds everything' })
    expect(byId.get('P07')?.error).toBeUndefined()
    expect(byId.get('U01')?.error?.message).toBe('U01 passes, but it is declared to fail: never true')
  })

  it('a declared failure of no case is a mistake in the declaration', async () => {
    await expect(checkServer({ ...inProcess, declared: { U99: 'gone' } })).rejects.toThrow('U99, which is no case')
  })

  it('fails a case where lint finds the server at fault', async () => {
    const session = await openSession(tampered(violators.X02!))
    const { error } = await runServerCase(
      serverCases.find((one) => one.id === 'U03')!,
      'lint',
      session,
    )
    await session.close()
    expect(error?.message).toMatch(/lint found: \[fsgi S10\]/)
  })

  // An error does not say of which exchange it is, so that it goes to the case whose request came last.
  it.each(['B13', 'X14', 'Y03'])(
    'an error of another exchange that is reported meanwhile does not disturb %s',
    async (id) => {
      const disturbed: Host = wrongServer({
        app: (right) => (request, context) => {
          const response = right(request, context)
          report(new Error('of another exchange'))
          return response
        },
      })
      const session = await openSession(disturbed)
      const { error } = await runServerCase(
        serverCases.find((one) => one.id === id)!,
        'bare',
        session,
      )
      await session.close()
      expect(error).toBeUndefined()
    },
  )
})
