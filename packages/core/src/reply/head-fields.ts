const NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/ // RFC 9110 §5.6.2
const NOT_IN_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/ // oxlint-disable-line no-control-regex -- RFC 9110 §5.5

/** What `new Headers(source)` would hold, checked, as `[name, value, …]` in lower case; `type` where there is no other. */
export function headFields(source: HeadersInit | undefined, type: string | undefined): string[] {
  const fields: string[] = []
  let typed = false
  const add = (name: string, given: unknown): void => {
    const value = trimmed(String(given))
    if (!NAME.test(name) || NOT_IN_A_VALUE.test(value)) {
      throw new TypeError(`invalid header field ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    }
    const lower = name.toLowerCase()
    if (lower === 'content-type') typed = true
    fields.push(lower, value)
  }
  if (source !== undefined) {
    if (Symbol.iterator in source) for (const [name, value] of source) add(name, value)
    else for (const name of Object.keys(source)) add(name, source[name])
  }
  if (type !== undefined && !typed) fields.push('content-type', type)
  return fields
}

/** Without the whitespace around it, as the Fetch standard defines that: no more than tab, newline, return and space. */
function trimmed(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isWhitespace(value.charCodeAt(start))) start++
  while (end > start && isWhitespace(value.charCodeAt(end - 1))) end--
  return end - start === value.length ? value : value.slice(start, end)
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}
