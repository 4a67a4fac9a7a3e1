import { storeCases } from './cases.ts'
import type { StoreCase } from './case.ts'
import type { StoreHost } from './host.ts'

const MEMBERS = ['name', 'can', 'open', 'worker', 'faults', 'declared', 'limit']

/** The cases that a host is asked. @throws {TypeError} that says what is wrong with the host. */
export function casesFor(host: StoreHost): StoreCase[] {
  checkHost(host)
  const offered = new Set<string>(host.can)
  if (host.worker !== undefined) offered.add('worker')
  if (host.faults !== undefined) offered.add('faults')
  return storeCases.filter(({ needs }) => needs === undefined || offered.has(needs))
}

function checkHost(host: unknown): asserts host is StoreHost {
  const wrong = (what: string): TypeError => new TypeError(`@fsgi/conformance: the host of a store: ${what}`)
  if (!isRecord(host)) throw wrong('it must be an object with name and open')
  for (const name of Object.keys(host)) if (!MEMBERS.includes(name)) throw wrong(`there is no member '${name}'`)
  const { name, open, can = [], worker, faults, declared = {}, limit = 1 } = host
  if (typeof name !== 'string' || name === '') throw wrong("'name' must be what the results call it")
  if (typeof open !== 'function') throw wrong("'open' must be a function that gives { store, close }")
  if (!Array.isArray(can) || can.some((one) => one !== 'bySubject' && one !== 'sweep'))
    throw wrong("'can' must be an array of 'bySubject' and 'sweep'")
  if (worker !== undefined && typeof worker !== 'function')
    throw wrong("'worker' must be a function that starts a process with fork()")
  if (faults !== undefined && typeof faults !== 'function')
    throw wrong("'faults' must be a function, such as throughRelay() makes")
  if (typeof limit !== 'number' || !(limit > 0)) throw wrong("'limit' must be a number of milliseconds")
  if (!isRecord(declared)) throw wrong("'declared' must be an object of reasons by case id")
  const known = storeCases.map(({ id }) => id)
  for (const [id, reason] of Object.entries(declared)) {
    if (!known.includes(id)) throw wrong(`'declared.${id}': there is no such case, but ${known.join(', ')}`)
    if (typeof reason !== 'string' || reason === '') throw wrong(`'declared.${id}' must say why`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
