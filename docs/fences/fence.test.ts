import { describe, expect, test } from 'vitest'
import { expectAnswer, parseExpectation } from './expectation.ts'
import { fencesOf } from './fence.ts'

describe('fencesOf', () => {
  test('finds ts fences with their line, and leaves other languages and fences inside fences alone', () => {
    const markdown = [
      '# A',
      '```sh',
      'npm i',
      '```',
      '````md',
      '```ts',
      'inner',
      '```',
      '````',
      '',
      '  ```ts',
      '  const a = 1',
      '  ```',
    ].join('\n')
    expect(fencesOf(markdown)).toEqual([{ line: 11, code: 'const a = 1', expectations: [] }])
  })

  test('reads the comments with an arrow below a fence, and stops at the first other line', () => {
    const markdown = '```ts\na\n```\n<!-- GET / → 200 -->\n\n<!-- GET /b → 404 -->\ntext\n<!-- GET /c → 200 -->'
    expect(fencesOf(markdown)[0]?.expectations.map(({ request, status }) => [request.target, status])).toEqual([
      ['/', 200],
      ['/b', 404],
    ])
  })

  test('refuses a fence that never ends', () => {
    expect(() => fencesOf('a\n```ts\nb')).toThrow('the fence that opens in line 2 never ends')
  })
})

describe('parseExpectation', () => {
  test('reads every part', () => {
    expect(
      parseExpectation(
        '<!-- POST /a?b (content-type: text/plain; accept: */*) some body → 201 vary: accept, cookie content-type: text/html "say \\"hi\\"" -->',
      ),
    ).toEqual({
      request: {
        method: 'POST',
        target: '/a?b',
        headers: [
          ['content-type', 'text/plain'],
          ['accept', '*/*'],
        ],
        body: 'some body',
      },
      status: 201,
      headers: [
        ['vary', 'accept, cookie'],
        ['content-type', 'text/html'],
      ],
      text: 'say "hi"',
    })
  })

  test.each([
    '<!-- GET → 200 -->',
    '<!-- get / → 200 -->',
    '<!-- GET / → -->',
    '<!-- GET / (nothing) → 200 -->',
    '<!-- GET / → 200 nothing -->',
  ])('refuses %s and shows the form', (line) => {
    expect(() => parseExpectation(line)).toThrow(
      'GET /path (header: value; header: value) request body → 200 header: value "text"',
    )
  })
})

describe('expectAnswer', () => {
  const fetch = async (): Promise<Response> => new Response('hello', { headers: { vary: 'accept, cookie' } })

  test('accepts what the response has', async () => {
    await expect(
      expectAnswer(fetch, parseExpectation('<!-- GET / → 200 vary: cookie "ell" -->')),
    ).resolves.toBeUndefined()
  })

  test.each(['404', 'vary: origin', 'etag: x', '"bye"'])(
    'says what the response was when %s is expected',
    async (answer) => {
      await expect(expectAnswer(fetch, parseExpectation(`<!-- GET /x → ${answer} -->`))).rejects.toThrow(
        /GET \/x was answered 200 .*"hello"/,
      )
    },
  )
})
