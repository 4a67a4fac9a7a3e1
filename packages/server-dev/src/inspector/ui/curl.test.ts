import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { curlCommand } from '../../../ui/curl.js'
import { shellWord } from '../../../ui/shell-word.js'
import { call, recorded, request } from '../fixtures/recordings.ts'
import type { Recorded, RecordedRequest } from '../recorded.ts'

const exchange = (given: Partial<RecordedRequest> = {}, more: Partial<Recorded> = {}): Recorded =>
  recorded({ top: call('app', 0, 1, { request: { ...request(), ...given } }), ...more })
const command = (given?: Partial<RecordedRequest>, more?: Partial<Recorded>): string =>
  curlCommand(exchange(given, more), 'http://localhost:3000')

/** The arguments that a shell makes of the command. */
const shellArguments = (text: string): string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${text}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

test('a GET with its fields, without those that curl makes itself', () => {
  const fields = [
    ['host', 'localhost:3000'],
    ['accept', '*/*'],
    ['connection', 'keep-alive'],
  ] as const
  expect(command({ fields })).toBe("curl 'http://localhost:3000/books?page=2' \\\n  --header 'accept: */*'")
  expect(command({ fields: [['host', 'shop.localhost']] })).toContain("--header 'host: shop.localhost'")
  expect(command()).toContain('--compressed')
})

test.for(["it's", '$(touch /tmp/x)', '`id`', 'a "b" \\ c', '!history', '*', '', 'a\nb', '~', 'ä€'])(
  'a shell reads what is quoted as what it was: %j',
  (text) => {
    expect(shellArguments(`curl ${shellWord(text)}`)).toEqual([text])
    expect(shellArguments(command({ fields: [['x-value', text]] })).at(-1)).toBe(
      text === '' ? 'x-value;' : `x-value: ${text}`,
    )
  },
)

test('a body that was not recorded is named, and stands for a file', () => {
  const text = command({ method: 'POST', body: { kind: 'stream', size: 1204 } })
  expect(text).toMatch(/^# The body \(1\.2 kB\) is not recorded: put it into the file 'body'\.\ncurl /)
  expect(shellArguments(text)).toContain('@body')
  expect(text).not.toContain('--request')
  expect(command({ method: 'PUT', body: { kind: 'bytes', size: 3 } })).toContain('--request PUT')
  expect(command({ method: 'DELETE' })).toContain('--request DELETE')
  expect(command({ method: 'HEAD' })).toContain('--head')
})

test('values that are secret are named, and shown as such', () => {
  const text = command({
    fields: [
      ['cookie', 'session=[redacted 3f2a]'],
      ['authorization', 'Bearer [redacted 00aa]'],
    ],
  })
  expect(text).toContain('# Left out as secret, to be put in: cookie, authorization\n')
  expect(command({ url: 'http://localhost:3000/?token=[redacted 12ab]' })).toContain('to be put in: the URL\n')
  expect(command({ fields: [['x-note', '[redacted by the editor]']] })).not.toContain('Left out')
  expect(shellArguments(text)).toContain('cookie: session=[redacted 3f2a]')
})

test('what curl would change of a URL, it is told not to', () => {
  expect(command({ url: 'http://localhost:3000/a[1]?b={c}' })).toContain('--globoff')
  expect(command({ url: 'http://localhost:3000/a/../b' })).toContain('--path-as-is')
  expect(command({ url: 'https://localhost:3000/' })).toContain('--insecure')
  expect(shellArguments(command({ method: 'OPTIONS', url: 'http://localhost:3000/*' }, { target: '*' }))).toEqual(
    expect.arrayContaining(['http://localhost:3000', '--request-target', '*']),
  )
  expect(command({}, { protocol: 'HTTP/1.0' })).toContain('--http1.0')
})

test('an exchange that did not reach the application has only its line', () => {
  const { top: _, ...alone } = exchange({}, { method: 'POST', target: '/x y' })
  expect(curlCommand(alone, 'http://localhost:3000')).toBe(
    "# The application was not reached: header fields were not recorded.\ncurl 'http://localhost:3000/x y' \\\n  --request POST",
  )
})
