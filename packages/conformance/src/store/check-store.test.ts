import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { checkStore, runStoreCase } from './check-store.ts'
import { describeStore } from './vitest.ts'
import { ReferenceStore } from './fixtures/reference-store.ts'
import { remoteStore, serveRemote } from './fixtures/remote-store.ts'
import { remoteViolators } from './fixtures/remote-violators.ts'
import { storeCases } from './cases.ts'
import { storeViolators } from './fixtures/store-violators.ts'
import { throughRelay } from './relay.ts'
import type { StoreHost } from './host.ts'

const server = await serveRemote(new ReferenceStore())
afterAll(() => server.close())
const worker = fileURLToPath(new URL('fixtures/remote-worker.ts', import.meta.url))
const can = ['bySubject', 'sweep'] as const

/** A store behind a socket, with the mistake of a case in its clients, if one is named. */
const remote = (mistake?: string): StoreHost => {
  const open = (address = { host: server.host, port: server.port }) => {
    const { store, close } = remoteStore(address)
    return { store: { ...store, ...(mistake === undefined ? {} : remoteViolators[mistake]!(store)) }, close: close! }
  }
  return {
    name: 'a remote store',
    can,
    open: () => open(),
    worker: () => fork(worker, [String(server.port), ...(mistake ? [mistake] : [])], { execArgv: ['--import', 'tsx'] }),
    faults: throughRelay(server, open),
  }
}

const wrong = (id: string): StoreHost => {
  const right = new ReferenceStore()
  const names = ['create', 'read', 'replace', 'rotate', 'touch', 'destroy', 'sweep'] as const
  const methods = Object.fromEntries(names.map((name) => [name, right[name].bind(right)]))
  const store = { ...methods, bySubject: right.bySubject, ...storeViolators[id]!(right) } as unknown as ReferenceStore
  return { name: `a store that breaks ${id}`, can, open: () => ({ store }) }
}

describeStore(remote())

describe('every case of the store suite can fail', () => {
  it('there is a store that breaks it, and none for a case that is not there', () => {
    const broken = [...Object.keys(storeViolators), ...Object.keys(remoteViolators)]
    expect(broken.toSorted()).toEqual(storeCases.map(({ id }) => id).toSorted())
  })

  it.each(storeCases.map((one) => [one.id, one] as const))(
    '%s finds a store that breaks it',
    { timeout: 60_000 },
    async (id, one) => {
      const host = id in storeViolators ? wrong(id) : remote(id)
      const { error } = await runStoreCase(one, { ...host, limit: id === 'reconnect' ? 3000 : 30_000 })
      expect(error).toBeInstanceOf(Error)
      if (id !== 'reconnect') expect(error!.message).toMatch(/expected|Cannot read/)
    },
  )
})

describe('a host', () => {
  const open = () => ({ store: new ReferenceStore() })

  it('is asked only what it says that it can do', { timeout: 120_000 }, async () => {
    const { bySubject: _, sweep: __, ...store } = remoteStore(server).store
    const results = await checkStore({ name: 'plain', open: () => ({ store }) })
    expect(results.map((result) => result.case.needs)).toEqual(results.map(() => undefined))
    expect(results.filter((result) => result.error !== undefined)).toEqual([])
  })

  it('that says too much or too little of its store fails', async () => {
    const [one] = storeCases
    expect((await runStoreCase(one!, { name: 'mine', open })).error?.message).toBe(
      "mine: the store has bySubject, but 'can' does not name it",
    )
    const { sweep: _, ...store } = remoteStore(server).store
    const host = { name: 'mine', can, open: () => ({ store }) }
    expect((await runStoreCase(one!, host)).error?.message).toBe("mine: the store has no sweep, but 'can' names it")
  })

  it('may declare failures, and what passes all the same is one', async () => {
    const one = storeCases.find(({ id }) => id === 'ids')!
    const declared = { ids: 'they are file names' }
    expect(await runStoreCase(one, { ...wrong('ids'), declared })).toEqual({ case: one, declared: declared.ids })
    expect((await runStoreCase(one, { name: 'mine', can, open, declared })).error?.message).toBe(
      'ids passes, but it is declared to fail: they are file names',
    )
  })

  it.each([
    [null, 'it must be an object with name and open'],
    [{ open }, "'name' must be what the results call it"],
    [{ name: 'x' }, "'open' must be a function that gives { store, close }"],
    [{ name: 'x', open, can: ['list'] }, "'can' must be an array of 'bySubject' and 'sweep'"],
    [{ name: 'x', open, worker: 'w.js' }, "'worker' must be a function that starts a process with fork()"],
    [{ name: 'x', open, faults: {} }, "'faults' must be a function, such as throughRelay() makes"],
    [{ name: 'x', open, limit: '1s' }, "'limit' must be a number of milliseconds"],
    [{ name: 'x', open, declared: { nope: 'y' } }, "'declared.nope': there is no such case, but create, "],
    [{ name: 'x', open, declared: { ids: '' } }, "'declared.ids' must say why"],
    [{ name: 'x', open, timeout: 1 }, "there is no member 'timeout'"],
  ])('%j is refused: %s', async (host, message) => {
    await expect(checkStore(host as unknown as StoreHost)).rejects.toThrow(
      `@fsgi/conformance: the host of a store: ${message}`,
    )
  })
})
