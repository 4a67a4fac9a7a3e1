import { reply } from '@fsgi/core'
import { describe, expect, test } from 'vitest'
import { gzip } from './gzip.ts'
import { HTML, through } from './fixtures/exchange.ts'
import { streamOf, text, watched } from './fixtures/sources.ts'
import type { App } from '@fsgi/core'
import type { GzipOptions } from './options.ts'

const body = Array.from({ length: 3000 }, (_, i) => `${(i * 7919) % 1000} ${text(i % 40)}`).join('\n')
const known: App = () => reply(body, { headers: HTML })
const streamed: App = () => new Response(streamOf(body), { headers: HTML })

describe('options that are functions of (request, response)', () => {
  test.each([known, streamed])('level', async (app) => {
    const options: GzipOptions = {
      level: (request, response) => ({
        gzip: request.headers.has('x-hard') && response.headers.get('content-type') === 'text/html' ? 9 : 1,
      }),
    }
    const length = async (headers: Record<string, string>): Promise<number> =>
      (await (await through(gzip(options), app, headers)).arrayBuffer()).byteLength
    expect(await length({ 'x-hard': '1' })).toBeLessThan((await length({})) * 0.95)
  })

  test('level: what it does not say has its default', async () => {
    const length = async (options: GzipOptions): Promise<number> =>
      (await (await through(gzip(options), known)).arrayBuffer()).byteLength
    expect(await length({ level: () => ({ br: 1 }) })).toBe(await length({}))
  })

  test('threshold', async () => {
    const options: GzipOptions = { threshold: (request) => Number(request.headers.get('x-least')) }
    const coding = async (app: App, least: string): Promise<string | null> =>
      (await through(gzip(options), app, { 'x-least': least })).headers.get('content-encoding')
    for (const app of [known, () => new Response(body, { headers: HTML })]) {
      expect(await coding(app, String(body.length))).toBe('gzip')
      expect(await coding(app, String(body.length + 1))).toBeNull()
    }
  })

  test.each([
    [
      'level',
      { level: () => ({ gzip: 99 }) },
      "option 'level.gzip' must give a whole number, from 1 to 9, and gave 99",
    ],
    ['threshold', { threshold: () => NaN }, "option 'threshold' must give a whole number, 0 or more, and gave NaN"],
    ['pad', { pad: () => -1 }, "option 'pad' must give a whole number, from 0 to 65535, and gave -1"],
  ] as const)(
    '%s: one that gives nonsense is an error that says so, and the body is not forgotten',
    async (_name, options, message) => {
      const source = watched(() => text(3000))
      const reports: unknown[] = []
      const app: App = () => new Response(source.stream, { headers: { ...HTML, 'content-length': '999999' } })
      const response = await through(gzip(options), app, {}, { reports })
      expect(response.status).toBe(500)
      expect(String(reports[0])).toContain(message)
      expect(source.cancels).toHaveLength(1)
    },
  )

  test('one that throws is an error of the app, and the body is not forgotten', async () => {
    const source = watched(() => text(3000))
    const error = new Error('mine')
    const reports: unknown[] = []
    const filter = (): never => {
      throw error
    }
    const response = await through(
      gzip({ filter }),
      () => new Response(source.stream, { headers: HTML }),
      {},
      { reports },
    )
    expect([response.status, reports, source.cancels]).toEqual([500, [error], [error]])
  })
})

describe('noTransform', () => {
  const ask = async (options: GzipOptions, control: string): Promise<[string | null, string | null]> => {
    const { headers } = await through(gzip(options), known, { 'cache-control': control })
    return [headers.get('content-encoding'), headers.get('vary')]
  }

  test("'both': a request that says so gets the content as it is, and caches are told", async () => {
    expect(await ask({ noTransform: 'both' }, 'max-age=0, No-Transform')).toEqual([null, 'Accept-Encoding'])
    expect(await ask({ noTransform: 'both' }, 'no-transformers')).toEqual(['gzip', 'Accept-Encoding'])
  })

  test("'response', the default: what a request says does not matter", async () => {
    expect(await ask({}, 'no-transform')).toEqual(['gzip', 'Accept-Encoding'])
  })
})
