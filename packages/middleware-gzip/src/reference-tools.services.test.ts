import { spawnSync } from 'node:child_process'
import { reply } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import { expect, test } from 'vitest'
import { noise, streamOf, text } from './fixtures/sources.ts'
import { gzip } from './gzip.ts'
import type { App } from '@fsgi/core'

const headers = { 'content-type': 'text/html' }
const parts = [text(5000), '', text(100_000), 'x'.repeat(300_000)]
const whole = Buffer.from(parts.join(''))

const BODIES: readonly (readonly [string, App, Buffer])[] = [
  ['known bytes', () => reply(parts.join(''), { headers }), whole],
  ['a stream', () => new Response(streamOf(...parts), { headers }), whole],
  [
    'an event stream',
    () => new Response(streamOf(...parts), { headers: { 'content-type': 'text/event-stream' } }),
    whole,
  ],
  ['incompressible content', () => new Response(streamOf(noise(500_000)), { headers }), Buffer.from(noise(500_000))],
  ['an empty stream', () => new Response(streamOf(), { headers }), Buffer.alloc(0)],
]

test.each(['gzip', 'brotli'])('%s of Debian decodes what is sent', async (tool) => {
  for (const [what, app, content] of BODIES) {
    const accept = tool === 'brotli' ? 'br' : 'gzip'
    const response = await dispatch(
      gzip()(app),
      new Request('http://localhost/', { headers: { 'accept-encoding': accept } }),
    )
    expect(response.headers.get('content-encoding')).toBe(accept)
    const input = Buffer.from(await response.arrayBuffer())
    const { status, stdout, stderr, error } = spawnSync(tool, ['-d', '-c'], { input, maxBuffer: 10_000_000 })
    expect({ what, status, stderr: String(stderr ?? error) }).toEqual({ what, status: 0, stderr: '' })
    expect(stdout.equals(content)).toBe(true)
  }
})
