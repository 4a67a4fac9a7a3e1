import { describe, expect, it } from 'vitest'
import { isExclusive, startEntry } from './start-entry.ts'
import { reply } from '../reply.ts'
import type { Host } from '../entry.ts'

const hello = (): Response => reply('hello')

describe('startEntry()', () => {
  it('takes a function, an object with fetch, and an object with start, in that reading', async () => {
    expect((await startEntry(hello)).app).toBe(hello)
    class Site {
      text = 'from this'
      fetch(): Response {
        return reply(this.text)
      }
    }
    const { app } = await startEntry(new Site())
    expect(await (await app(new Request('http://h/'), {} as never)).text()).toBe('from this')
    const both = Object.assign(() => reply('function'), { fetch: hello })
    expect((await (await startEntry(both)).app(new Request('http://h/'), {} as never)).status).toBe(200)
    const started = await startEntry({ fetch: () => reply('fetch'), start: () => hello })
    expect(started.app).toBe(hello)
  })

  it.each([
    [undefined, 'undefined'],
    [{ handler: 1 }, 'an object with handler'],
    ['app.js', 'the string "app.js"'],
  ])('S35: says what was found when an entry is none of these: %j', async (entry, found) => {
    await expect(startEntry(entry)).rejects.toThrow(
      `[fsgi S35] an entry is an app (a function), an object with fetch, or an object with start: found ${found}`,
    )
  })

  it('S35: says what start() returned when that is no app', async () => {
    await expect(startEntry({ start: () => undefined as never })).rejects.toThrow(
      '[fsgi S35] start() must return an app: found undefined',
    )
  })

  it('S35: tells the application about its host, and closes what it opened last first, after the signal', async () => {
    const events: string[] = []
    let seen: Host | undefined
    const started = await startEntry(
      {
        start(host: Host) {
          seen = host
          host.signal.addEventListener('abort', () => events.push('signal'))
          host.defer(() => void events.push('first opened'))
          host.defer(async () => void events.push('last opened'))
          return hello
        },
      },
      { env: { A: 1 }, multiprocess: true },
    )
    expect(seen).toMatchObject({ env: { A: 1 }, multiprocess: true, oneShot: false })
    await started.close()
    await started.close()
    expect(events).toEqual(['signal', 'last opened', 'first opened'])
  })

  it('S35: a start that fails closes what it had opened, and its error is the error', async () => {
    const closed: string[] = []
    const start = (host: Host): never => {
      host.defer(() => void closed.push('database'))
      throw new Error('no port')
    }
    await expect(startEntry({ start })).rejects.toThrow('no port')
    expect(closed).toEqual(['database'])
  })

  it('reports a closer that fails and goes on', async () => {
    const reports: unknown[] = []
    const closed: string[] = []
    const start = (host: Host): typeof hello => {
      host.defer(() => void closed.push('one'))
      host.defer(() => Promise.reject(new Error('two')))
      return hello
    }
    await (await startEntry({ start }, { report: (error) => void reports.push(error) })).close()
    expect(closed).toEqual(['one'])
    expect(reports.map(String)).toEqual(['Error: two'])
  })

  it('isExclusive() is what the entry says', () => {
    expect(isExclusive({ exclusive: true, start: () => hello })).toBe(true)
    expect(isExclusive({ start: () => hello })).toBe(false)
    expect(isExclusive(hello)).toBe(false)
  })
})
