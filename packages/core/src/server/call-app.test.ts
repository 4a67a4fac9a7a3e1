import { describe, expect, it } from 'vitest'
import { callApp } from './call-app.ts'
import { Exchange } from './exchange.ts'
import { reply } from '../reply.ts'
import type { App } from '../app.ts'

const request = new Request('http://h/')

async function call(app: unknown): Promise<{ response: Response; reports: string[]; synchronous: boolean }> {
  const reports: string[] = []
  const exchange = new Exchange({} as never, { report: (error) => void reports.push(String(error)), waitUntil() {} })
  const answer = callApp(app as App, request, exchange)
  return { response: await answer, reports, synchronous: answer instanceof Response }
}

describe('callApp()', () => {
  it('stays synchronous where the app is', async () => {
    expect((await call(() => reply('hi'))).synchronous).toBe(true)
    expect((await call(async () => reply('hi'))).synchronous).toBe(false)
  })

  it.each([
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a string', 'hello', 'the string "hello"'],
    ['a number', 42, '42'],
    ['an object', { status: 200 }, 'an object with status'],
    ['a Request', request, 'an instance of Request'],
    ['a function', function handler() {}, 'the function handler'],
  ])('S18: answers 500 to %s and says what it was', async (_name, value, said) => {
    for (const app of [() => value, async () => value]) {
      const { response, reports } = await call(app)
      expect(response.status).toBe(500)
      expect(reports).toEqual([`TypeError: [fsgi S18] the app must return a Response, but it returned ${said}`])
    }
  })

  it('S18: refuses Response.error(), and a body that was read or is locked', async () => {
    expect((await call(() => Response.error())).reports[0]).toContain('Response.error()')
    const read = new Response('x')
    await read.text()
    expect((await call(() => read)).reports[0]).toContain('has been read already')
    const locked = new Response('x')
    locked.body!.getReader()
    expect((await call(() => locked)).reports[0]).toContain('is locked')
    const used = reply('x')
    await used.text()
    expect((await call(() => used)).reports[0]).toContain('has been read already')
  })

  it('S18: takes a Response of another realm by its members', async () => {
    const foreign = { status: 201, statusText: '', headers: new Headers({ a: 'b' }), body: null, bodyUsed: false }
    expect((await call(() => foreign)).response.status).toBe(201)
  })

  it('S27: a throw and a rejection are a plain 500 without details, reported once', async () => {
    for (const app of [
      () => {
        throw new Error('secret')
      },
      async () => {
        throw new Error('secret')
      },
    ]) {
      const { response, reports } = await call(app)
      expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error\n'])
      expect(reports).toEqual(['Error: secret'])
    }
  })
})
