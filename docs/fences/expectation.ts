import assert from 'node:assert/strict'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'

/** What an example in a document promises: a request, and what the response to it has. */
export interface Expectation {
  readonly request: {
    readonly method: string
    readonly target: string
    readonly headers: [string, string][]
    readonly body?: string
  }
  readonly status: number | undefined
  readonly headers: [name: string, part: string][]
  readonly text: string | undefined
}

const shape = /^<!--\s+([A-Z]+) (\/\S*)(?: \(([^)]*)\))?(?: (.+?))? → (.+?)\s+-->$/
const usage = '<!-- GET /path (header: value; header: value) request body → 200 header: value "text" -->'

/**
 * Reads one comment line below an example: method, target, optionally headers in brackets and a body; after the arrow the
 * status, headers and a text in quotes, each optional. A header and the body must contain what is written.
 * @throws {SyntaxError} for a comment with an arrow that is not of this form.
 */
export function parseExpectation(line: string): Expectation {
  const [, method = '', target = '', headers = '', body, answer = ''] = shape.exec(line.trim()) ?? []
  if (method === '') throw new SyntaxError(`${line.trim()} is not of the form ${usage}`)
  const [, status, fields = '', text] = /^(\d{3})?\s*(.*?)\s*("(?:[^"\\]|\\.)*")?$/.exec(answer) ?? []
  return {
    request: {
      method,
      target,
      headers: headers === '' ? [] : headers.split(';').map(field),
      ...(body === undefined ? {} : { body }),
    },
    status: status === undefined ? undefined : Number(status),
    headers: fields === '' ? [] : fields.split(/\s+(?=[\w-]+: )/).map(field),
    text: text === undefined ? undefined : (JSON.parse(text) as string),
  }
}

function field(text: string): [string, string] {
  const [, name = '', value = ''] = /^\s*([\w-]+):\s*(.+?)\s*$/.exec(text) ?? []
  if (name === '') throw new SyntaxError(`'${text}' is not 'header: value' in ${usage}`)
  return [name, value]
}

/** Sends the request of an expectation to a fetch handler and compares. @throws {AssertionError} that says what differs. */
export async function expectAnswer(
  fetch: (request: Request) => Promise<Response>,
  expected: Expectation,
): Promise<void> {
  const { method, target, headers, body } = expected.request
  const response = await fetch(new Request(`http://localhost${target}`, { method, headers, body: body ?? null }))
  const text = await decoded(response)
  const got = `${method} ${target} was answered ${response.status} ${JSON.stringify([...response.headers])} ${JSON.stringify(text.slice(0, 500))}`
  if (expected.status !== undefined) assert.equal(response.status, expected.status, got)
  for (const [name, part] of expected.headers)
    assert.ok(response.headers.get(name)?.includes(part), `no '${name}: ${part}': ${got}`)
  if (expected.text !== undefined)
    assert.ok(text.includes(expected.text), `no ${JSON.stringify(expected.text)}: ${got}`)
}

async function decoded(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer())
  const decode = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync }[
    response.headers.get('content-encoding') ?? ''
  ]
  return (decode === undefined ? bytes : decode(bytes)).toString()
}
