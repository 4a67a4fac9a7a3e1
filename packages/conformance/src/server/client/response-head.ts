import type { Head } from './answer.ts'

/** How the end of a body is known (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }
  | { readonly kind: 'length'; left: number }

/** Reads a response head, which ends with an empty line. @throws for what RFC 9112 §4 and §5 do not allow. */
export function parseHead(text: string): Head {
  const [start = '', ...lines] = text.slice(0, -4).split('\r\n')
  const match = /^HTTP\/1\.[01] (\d{3}) (.*)$/.exec(start)
  if (match === null) throw new Error(`not a status line: ${JSON.stringify(start)}`)
  const fields = lines.map((line): [string, string] => {
    const field = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line)
    if (field === null) throw new Error(`not a field line: ${JSON.stringify(line)}`)
    return [field[1]!.toLowerCase(), field[2]!]
  })
  return { status: Number(match[1]), reason: match[2]!, fields }
}

/** @throws for a framing that two readers could understand differently (RFC 9112 §6.3). */
export function framingOf(head: Head, method: string): Framing {
  const values = (name: string): string[] => head.fields.filter((field) => field[0] === name).map((field) => field[1])
  const [lengths, codings] = [values('content-length'), values('transfer-encoding')]
  if (lengths.length > 1) throw new Error(`content-length is there ${lengths.length} times`)
  if (lengths.length === 1 && codings.length > 0) throw new Error('both content-length and transfer-encoding')
  if (method === 'HEAD' || head.status < 200 || head.status === 204 || head.status === 304) return { kind: 'none' }
  if (codings.length > 0) {
    if (codings.join(', ').toLowerCase() !== 'chunked') throw new Error(`transfer-encoding is ${codings.join(', ')}`)
    return { kind: 'chunked' }
  }
  if (lengths.length === 0) return { kind: 'close' }
  if (!/^\d+$/.test(lengths[0]!)) throw new Error(`content-length is ${lengths[0]}`)
  return { kind: 'length', left: Number(lengths[0]) }
}
