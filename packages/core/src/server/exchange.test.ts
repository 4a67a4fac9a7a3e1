import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { withMount, withRemoteAddress, withSignal } from '../derive.ts'
import { Exchange } from './exchange.ts'
import type { Facts } from './exchange.ts'
import type { Outcome } from '../context.ts'

const facts: Facts = {
  peerAddress: { address: '192.0.2.1', port: 4711, family: 'IPv4' },
  remoteAddress: { address: '192.0.2.1', port: 4711, family: 'IPv4' },
  localAddress: null,
  protocol: 'HTTP/1.1',
  encrypted: false,
  target: '/%61/b%20c?q',
  pathname: '/%61/b%20c',
  mount: '',
  env: { KEY: 'value' },
}

function open(changes: Partial<Facts> = {}): { exchange: Exchange; reports: unknown[]; pending: Promise<void>[] } {
  const reports: unknown[] = []
  const pending: Promise<void>[] = []
  const exchange = new Exchange(
    { ...facts, ...changes },
    { report: (error) => void reports.push(error), waitUntil: (work) => void pending.push(work) },
  )
  return { exchange, reports, pending }
}

describe('the context of an exchange', () => {
  it('S10: has every member', () => {
    const { context } = open().exchange
    expect(context.peerAddress?.address).toBe('192.0.2.1')
    expect(context.remoteAddress).toEqual(context.peerAddress)
    expect(context.localAddress).toBeNull()
    expect([context.protocol, context.encrypted, context.target]).toEqual(['HTTP/1.1', false, '/%61/b%20c?q'])
    expect([context.mount, context.path]).toEqual(['', '/a/b c'])
    expect(context.env).toEqual({ KEY: 'value' })
    expect(context.signal.aborted).toBe(false)
    expect(context.sendInformational).toBeUndefined()
  })

  it('asks the server for a fact only when somebody looks', () => {
    const asked: string[] = []
    const watched = new Proxy(facts, { get: (target, name) => (asked.push(String(name)), Reflect.get(target, name)) })
    const { exchange } = open()
    const lazy = new Exchange(watched, { report() {}, waitUntil() {} })
    void lazy.context.with({ user: 'ada' })
    expect(asked).toEqual([])
    expect(lazy.context.path).toBe(exchange.context.path)
    expect(asked.toSorted()).toEqual(['mount', 'pathname'])
  })

  it('G4: with() leaves the parent as it was, and both share one lifetime', async () => {
    const { exchange } = open()
    const parent = exchange.context
    const child = parent.with({ user: 'ada' })
    const grandchild = child.with({ session: 7 })
    expect([child.user, grandchild.user, grandchild.session]).toEqual(['ada', 'ada', 7])
    expect('user' in parent).toBe(false)
    expect('session' in child).toBe(false)
    expect(grandchild.signal).toBe(parent.signal)
    const order: string[] = []
    grandchild.defer(() => void order.push('grandchild'))
    parent.defer(() => void order.push('parent'))
    await exchange.end(200)
    expect(order).toEqual(['parent', 'grandchild'])
  })

  it.each(['path', 'signal', 'with', 'upgrade', 'trailers', 'sent', 'tls', 'priority', 'sendInformational'])(
    'G5: with() refuses the name %s',
    (name) => {
      const { context } = open().exchange
      expect(() => context.with({ [name]: 1 } as {})).toThrow(`[fsgi G5] context.with() cannot set '${name}'`)
    },
  )

  it('its functions work when they are taken out of it', async () => {
    const { exchange, reports, pending } = open()
    const { defer, waitUntil, report } = exchange.context
    let deferred = 0
    defer(() => void deferred++)
    waitUntil(Promise.reject(new Error('late')))
    report('seen')
    await exchange.end(200)
    await Promise.all(pending)
    expect(deferred).toBe(1)
    expect(reports.map(String)).toEqual(['seen', 'Error: late'])
  })

  it('withMount() moves segments from the path to the mount, as they are spelled in the URL', () => {
    const moved = withMount(open().exchange.context.with({ user: 'ada' }), 1)
    expect([moved.mount, moved.path, moved.user]).toEqual(['/%61', '/b c', 'ada'])
    expect(withMount(moved, 1)).toMatchObject({ mount: '/%61/b%20c', path: '' })
  })

  it('withRemoteAddress() never changes the peer', () => {
    const { context } = open().exchange
    const moved = withRemoteAddress(context, null)
    expect(moved.remoteAddress).toBeNull()
    expect(moved.peerAddress?.address).toBe('192.0.2.1')
    expect(context.remoteAddress?.address).toBe('192.0.2.1')
  })

  it('withSignal() aborts with the narrower signal and with the exchange', () => {
    const limit = new AbortController()
    const { exchange } = open()
    const first = withSignal(exchange.context, limit.signal)
    const second = withSignal(exchange.context, new AbortController().signal)
    limit.abort('too slow')
    expect(first.signal.reason).toBe('too slow')
    expect(exchange.context.signal.aborted).toBe(false)
    exchange.abort('gone')
    expect(second.signal.reason).toBe('gone')
  })

  it('M2: a copied context is told from a derived one', () => {
    const copy = { ...open().exchange.context, user: 'ada' }
    expect(() => withMount(copy, 1)).toThrow('[fsgi M2] this is not a context that a server made')
  })
})

describe('the lifetime of an exchange', () => {
  it('S14: runs what was deferred once, last first, each awaited, after an exception too', async () => {
    const { exchange, reports } = open()
    const order: string[] = []
    exchange.context.defer(() => void order.push('first'))
    exchange.context.defer(() => {
      throw new Error('bad cleanup')
    })
    exchange.context.defer(async () => {
      await Promise.resolve()
      order.push('last')
    })
    await exchange.end(200)
    await exchange.end(200)
    expect(order).toEqual(['last', 'first'])
    expect(reports.map(String)).toEqual(['Error: bad cleanup'])
  })

  it('S14: what is deferred after the end runs at once', async () => {
    const { exchange, pending } = open()
    void exchange.end(204)
    let outcome: Outcome | undefined
    exchange.context.defer((seen) => void (outcome = seen))
    await Promise.all(pending)
    expect(outcome).toEqual({ status: 204, aborted: false, error: undefined })
  })

  it('S14: refuses what is not a function', () => {
    expect(() => open().exchange.context.defer('close()' as never)).toThrow(
      '[fsgi S14] context.defer() takes a function',
    )
  })

  it('S29: what was deferred runs in the async scope that it was deferred in', async () => {
    const scope = new AsyncLocalStorage<string>()
    const { exchange } = open()
    let seen: string | undefined
    scope.run('of the request', () => exchange.context.defer(() => void (seen = scope.getStore())))
    await scope.run('of the server', () => exchange.end(200))
    expect(seen).toBe('of the request')
  })

  it('S15: refuses what is not a promise', () => {
    const work = (async () => {}) as never // forgot to call it
    expect(() => open().exchange.context.waitUntil(work)).toThrow('[fsgi S15] context.waitUntil() takes a promise')
  })

  it('S13: the reason of an abort reaches the signal, made before or after, and the outcome', async () => {
    for (const early of [true, false]) {
      const { exchange } = open()
      if (early) void exchange.signal
      let outcome: Outcome | undefined
      exchange.defer((seen) => void (outcome = seen))
      const reason = new Error('the client has gone')
      exchange.abort(reason)
      expect(exchange.context.signal.reason).toBe(reason)
      await exchange.end(null)
      expect(outcome).toEqual({ status: null, aborted: true, error: reason })
    }
  })

  it('S12: nothing aborts after the end', () => {
    const { exchange } = open()
    void exchange.end(200)
    exchange.abort(new Error('late'))
    expect(exchange.context.signal.aborted).toBe(false)
  })

  it('S16: an error is reported once, and the news that the client has gone not at all', () => {
    const { exchange, reports } = open()
    const error = new Error('broken')
    exchange.fail(error)
    exchange.fail(error)
    expect(reports).toEqual([error])
    const gone = open()
    const reason = new DOMException('gone', 'AbortError')
    gone.exchange.abort(reason)
    gone.exchange.fail(reason)
    gone.exchange.fail(new DOMException('of the fetch that the app had under way', 'AbortError'))
    expect(gone.reports).toEqual([])
  })

  it('S15: the failure of work that outlives the response is reported', async () => {
    const { exchange, reports, pending } = open()
    exchange.context.waitUntil(Promise.reject(new Error('mail')))
    await Promise.all(pending)
    expect(reports.map(String)).toEqual(['Error: mail'])
  })
})
