import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dispatch } from '@fsgi/core/testing'
import { answerError } from './answer-error.ts'
import { seenRequest } from '../errors/seen-request.ts'
import type { App, SocketAddress } from '@fsgi/core'
import type { ErrorReport } from '../errors/error-report.ts'

let root: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'fsgi-answer-')))
  writeFileSync(join(root, 'app.ts'), 'line 1\nline 2\n')
})
afterAll(() => rmSync(root, { recursive: true }))

const TOKEN = 'a-token-of-this-run'
const report = (): ErrorReport => ({
  name: 'RangeError',
  message: 'too <far>',
  layers: ['gzip', 'handler'],
  frames: [
    { call: 'handler', file: join(root, 'app.ts'), line: 2, column: 3 },
    { call: 'emit', file: 'node:events', line: 1, column: 1 },
  ],
  cause: { name: 'TypeError', message: 'inner', code: 'E_INNER', frames: [] },
})

async function answer(headers: Record<string, string>, peer = '127.0.0.1', facts = {}): Promise<[Response, string]> {
  const app: App = (request, context) =>
    answerError(report(), request, context, {
      heading: 'The application threw an error',
      root,
      pageToken: TOKEN,
      exchange: '12@5.5',
      seen: seenRequest(request, context, context.with<{}>({ user: 'ada', apiKey: 'very secret' })),
      ...facts,
    })
  const address = (text: string): SocketAddress => ({ address: text, port: 1, family: 'IPv4' })
  const peers = { peerAddress: address(peer), localAddress: address('192.168.1.2'), remoteAddress: address(peer) }
  const request = new Request('http://localhost/cart?id=5&token=s3cr3t', { headers })
  const response = await dispatch(app, request, peers)
  expect(response.status).toBe(500)
  expect(response.headers.get('vary')).toBe('accept')
  expect(response.headers.get('cache-control')).toBe('no-store, no-transform')
  return [response, await response.text()]
}

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  authorization: 'Bearer s3cr3t',
  cookie: 'sid=s3cr3t',
}

test('a page: the way, the request and the context without secrets, buttons for who sits at this machine', async () => {
  const [response, page] = await answer(BROWSER, '127.0.0.1', { hasLast: true })
  expect(response.headers.get('content-type')).toBe('text/html;charset=UTF-8')
  expect(page).toContain('too &lt;far&gt;')
  expect(page).toMatch(/gzip<\/li><li class="fault threw">handler<\/li>/)
  expect(page).toMatch(/<dt>authorization<\/dt><dd>Bearer \[redacted/)
  expect(page).toContain('<dt>user</dt><dd>&quot;ada&quot;</dd>')
  expect(page).toContain('<dt>remoteAddress</dt><dd>127.0.0.1</dd>')
  expect(page).toContain('<code>GET /cart?id=5&amp;token=[redacted')
  expect(page).not.toMatch(/s3cr3t|very secret/)
  expect(page).toContain(`data-file="${join(root, 'app.ts')}" data-line="2" data-column="3"`)
  expect(page).toContain('data-do="last"')
  expect(page).toContain('href="/__fsgi/#/12"')
  expect(page).toContain(TOKEN)
  expect((await answer(BROWSER))[1]).not.toContain('data-do="last"')
  expect((await answer(BROWSER, '127.0.0.1', { exchange: undefined }))[1]).not.toContain('/__fsgi/#')
})

test('a page for another machine has no token, and so no buttons but to copy', async () => {
  for (const [headers, peer] of [
    [BROWSER, '192.168.1.7'],
    [{ ...BROWSER, 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1'],
  ] as const) {
    const [, page] = await answer(headers, peer, { hasLast: true })
    expect(page).toContain('too &lt;far&gt;')
    expect(page).not.toMatch(new RegExp(`${TOKEN}|data-do="(?:open|last)"|/__fsgi/#`))
    expect(page).toContain('data-do="copy"')
  }
})

test('JSON for who asks for it, with frames and causes', async () => {
  for (const accept of ['application/json', 'application/json, text/plain, */*', 'application/problem+json']) {
    const [response, text] = await answer({ accept })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(text)).toEqual({
      title: 'The application threw an error',
      status: 500,
      detail: 'RangeError: too <far>',
      error: {
        name: 'RangeError',
        message: 'too <far>',
        layers: ['gzip', 'handler'],
        frames: [
          { call: 'handler', file: 'app.ts', line: 2, column: 3 },
          { call: 'emit', file: 'node:events', line: 1, column: 1 },
        ],
        cause: { name: 'TypeError', message: 'inner', code: 'E_INNER', frames: [] },
      },
    })
  }
})

test('text for everything else', async () => {
  for (const headers of [{}, { accept: '*/*' }, { accept: 'text/html;q=0, */*' }]) {
    const [response, text] = await answer(headers)
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8')
    expect(text).toMatch(/^The application threw an error\n\nRangeError: too <far>\n {2}gzip › handler\n/)
    expect(text).toContain('Caused by:\nTypeError [E_INNER]: inner')
  }
})
