import { describe, expect, it } from 'vitest'
import { looksSecret, makeRedaction, noRedaction } from './redaction.ts'
import type { Call, Field, Recording } from './recorded.ts'

const REDACTED = '\\[redacted [0-9a-f]{4}\\]'

function recordingOf(fields: Field[], context: Record<string, string> = {}): Recording {
  const body = { kind: 'none' } as const
  const inner: Call = {
    layer: 'app',
    began: 1,
    request: { method: 'GET', url: 'http://h/?token=secret', fields, body },
    context,
    response: { status: 200, statusText: '', fields, body },
    calls: [],
  }
  return { id: 1, version: 1, top: { ...inner, calls: [inner, inner] }, events: [], over: true, characters: 0 }
}

function shown(field: Field, redaction = makeRedaction()): string {
  const { top } = redaction.recording(recordingOf([field]))
  const all = [top!, ...top!.calls].flatMap(({ request, response }) => [request.fields[0]![1], response!.fields[0]![1]])
  expect(new Set(all).size).toBe(1) // everywhere the same
  return all[0]!
}

describe('what is shown of', () => {
  it.each<[string, string, string]>([
    ['cookie', 'a=secret; b="secret"; c', `a=${REDACTED}; b=${REDACTED};${REDACTED}`],
    ['cookie', 'a=', 'a='],
    [
      'set-cookie',
      'sid=secret; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      `sid=${REDACTED}; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
    ],
    ['set-cookie', 'sid=secret', `sid=${REDACTED}`],
    ['authorization', 'Bearer secret', `Bearer ${REDACTED}`],
    ['authorization', 'secret', REDACTED],
    ['proxy-authorization', 'Basic secret==', `Basic ${REDACTED}`],
    ['x-api-key', 'secret', REDACTED],
    ['x-csrf-token', 'secret', REDACTED],
    ['x-auth', 'secret', REDACTED],
    [
      'location',
      '/next?code_verifier=1&access_token=secret&b=2#x',
      `/next\\?code_verifier=1&access_token=${REDACTED}&b=2#x`,
    ],
    ['referer', 'https://user:secret@h/?a=1', `https://user:${REDACTED}@h/\\?a=1`],
    ['link', '</a?key=secret>; rel="next"', `</a\\?key=${REDACTED}>; rel="next"`],
    ['content-type', 'text/html; charset=utf-8', 'text/html; charset=utf-8'],
    ['x-author', 'Ada', 'Ada'],
    ['www-authenticate', 'Basic realm="shop"', 'Basic realm="shop"'],
    ['etag', '"secret"', '"secret"'],
  ])('%s: %s', (name, value, expected) => {
    expect(shown([name, value])).toMatch(new RegExp(`^${expected}$`))
  })

  it('URLs and members of a context', () => {
    const context = { apiToken: '"secret"', token: 'Token { id }', name: '"Ada"', path: '/a?token=secret' }
    const { top } = makeRedaction().recording(recordingOf([], context))
    expect(top!.request.url).toMatch(new RegExp(`^http://h/\\?token=${REDACTED}$`))
    expect(top!.context).toMatchObject({ token: 'Token { id }', name: '"Ada"' })
    expect(JSON.stringify(top)).not.toContain('secret')
  })

  it('two values: whether they are equal, and nothing that another run would show as well', () => {
    const redaction = makeRedaction()
    const [a, b, again] = ['a', 'b', 'a'].map((value) => shown(['x-token', value], redaction))
    expect(a).toBe(again)
    expect(a).not.toBe(b)
    const runs = Array.from({ length: 5 }, () => shown(['x-token', 'a']))
    expect(new Set(runs).size).toBeGreaterThan(1)
  })
})

it('tells names of secrets from others', () => {
  const secret = [
    'token',
    'X-Access-Token',
    'client_secret',
    'password',
    'passwd',
    'sessionId',
    'apikey',
    'api_key',
    'jwt',
    'sig',
    'authorization',
    'auth',
  ]
  const plain = ['author', 'monkey', 'keyboard', 'page', 'pinned', 'session', 'design', 'x-request-id', 'accept']
  expect(secret.filter((name) => !looksSecret(name))).toEqual([])
  expect(plain.filter(looksSecret)).toEqual([])
})

it('leaves everything where nothing is to be hidden', () => {
  const recording = recordingOf([['cookie', 'a=secret']])
  expect(noRedaction.recording(recording)).toBe(recording)
})
