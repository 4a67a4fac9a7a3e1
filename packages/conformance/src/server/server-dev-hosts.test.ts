import { describe, expect, it } from 'vitest'
import { checkServer } from './check-server.ts'
import { describeServer } from '../vitest.ts'
import { serverDevHosts } from './fixtures/server-dev-hosts.ts'

const [before, after, during] = serverDevHosts

describeServer(before!)
describeServer(after!)

describe(`${during!.name} conforms`, () => {
  it('cases that run together, each group behind a save', { timeout: 300_000 }, async () => {
    const results = await checkServer(during!)
    const failed = results.filter(({ error }) => error !== undefined)
    expect(failed.map(({ case: { id }, error }) => `${id}: ${error!.message}`)).toEqual([])
    expect(results.length).toBeGreaterThan(150)
  })
})
