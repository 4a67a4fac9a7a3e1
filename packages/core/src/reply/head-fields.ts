const NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/ // RFC 9110 §5.6.2
// What the Fetch standard refuses, and no more: other control characters are the server's to refuse (RFC 9110 §5.5).
const NOT_IN_A_VALUE = /[\0\r\n\u0100-\uffff]/ // oxlint-disable-line no-control-regex -- that is what it is for

/** What a frozen object was found to hold: it need not be checked again. */
const checked = new WeakMap<object, readonly string[]>()

/** What `new Headers(source)` would hold, checked, as `[name, value, …]` in lower case; `type` where there is no other. */
export function headFields(source: HeadersInit | undefined, type: string | undefined): readonly string[] {
  if (type !== undefined || source === undefined || !Object.isFrozen(source)) return fieldsOf(source, type)
  let fields = checked.get(source)
  if (fields === undefined) {
    fields = fieldsOf(source, type)
    if (isConstant(source)) checked.set(source, fields)
  }
  return fields
}

/** Whether it is a record that cannot change. */
function isConstant(source: object): boolean {
  return (
    !(Symbol.iterator in source) &&
    Object.values(Object.getOwnPropertyDescriptors(source)).every(({ value }) => typeof value === 'string')
  )
}

function fieldsOf(source: HeadersInit | undefined, type: string | undefined): string[] {
  const fields: string[] = []
  let typed = false
  const add = (givenName: unknown, given: unknown): void => {
    const name = fieldName(givenName)
    if (name === 'content-type') typed = true
    fields.push(name, fieldValue(given))
  }
  if (source !== undefined) {
    if (Symbol.iterator in source) for (const field of source) add(...pair(field))
    else for (const name of ownNames(source)) add(name, source[name as string])
  }
  if (type !== undefined && !typed) fields.push('content-type', type)
  return fields
}

/** Names that were found to be ones, in lower case: apps use few, and those again and again. Whoever invents more fills it once. */
const known = new Map<unknown, string>()

/** A name as it is kept. @throws {TypeError} for what is none. */
export function fieldName(given: unknown): string {
  const found = known.get(given)
  if (found !== undefined) return found
  const name = stringOf(given)
  if (!NAME.test(name)) throw new TypeError(`invalid name of a header field: ${JSON.stringify(name)}`)
  const lower = name.toLowerCase()
  if (known.size < 256) known.set(name, lower)
  return lower
}

/** A value as it is kept. @throws {TypeError} for what is none. */
export function fieldValue(given: unknown): string {
  const value = trimmed(stringOf(given))
  if (NOT_IN_A_VALUE.test(value)) throw new TypeError(`invalid value of a header field: ${JSON.stringify(value)}`)
  return value
}

function pair(field: unknown): [unknown, unknown] {
  const both = Array.isArray(field) ? field : typeof field === 'object' ? [...(field as Iterable<unknown>)] : []
  if (both.length !== 2) throw new TypeError(`a header field is a name and a value, not ${String(field)}`)
  return both as [unknown, unknown]
}

/** JavaScript's conversion, which `String()` is not: that takes symbols. */
function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''.concat(value as string)
}

/** Symbols too, which are then refused, as for every record of the Web IDL standard. */
function ownNames(record: object): (string | symbol)[] {
  const names: (string | symbol)[] = Object.keys(record)
  const symbols = Object.getOwnPropertySymbols(record)
  return symbols.length === 0 ? names : [...names, ...symbols]
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
