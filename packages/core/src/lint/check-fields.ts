import { HOP_BY_HOP } from '../hop-by-hop.ts'
import type { Frame } from './frame.ts'

/** Looks at the header fields of a response. */
export function checkFields({ status, headers, url }: Response, frame: Frame): void {
  const fetched = url !== '' // its fields are those of the connection that it came by, and nobody has set them
  for (const [name, value] of headers) {
    if (!fetched && HOP_BY_HOP.includes(name)) frame.found('field-hop-by-hop', `the response has the field '${name}'`)
    if (name === 'status') frame.found('field-status', "the response has a field 'status'")
    if (CONTROL.test(value))
      frame.found('field-control', `the field '${name}' has a control character: ${shown(value)}`)
    if (isMistake(name, value))
      frame.found('field-mistake', `the field '${name}' looks like a mistake: ${shown(value)}`)
    if (name === 'set-cookie' && JOINED.test(value.replace(EXPIRES, ''))) {
      frame.found('set-cookie-joined', `one set-cookie field has several cookies: ${shown(value)}`)
    }
    if (name === 'etag' && !ETAG.test(value)) frame.found('etag-form', `the etag is not an entity-tag: ${shown(value)}`)
  }
  const length = headers.get('content-length')
  if (length === null) return
  if (!/^\d+$/.test(length)) frame.found('content-length-form', `content-length is ${shown(length)}`)
  else if (status === 204 || (status === 205 && length !== '0')) {
    frame.found('content-length-status', `a response with status ${status} has content-length ${length}`)
  }
}

export const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/ // oxlint-disable-line no-control-regex -- RFC 9110 §5.5
const ETAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/ // RFC 9110 §8.8.3
const EXPIRES = /expires=[a-z]{3,9}, /gi // the one comma that belongs in a set-cookie field
const JOINED = /, *[!#$%&'*+\-.^`|~\w]+=/ // headers.get() joins with a comma and a blank
const MISTAKE = /^"?(?:undefined|null|NaN)"?$|\[object [A-Z]\w*\]|=(?:undefined|NaN)(?=[;,]|$)/

function isMistake(name: string, value: string): boolean {
  return MISTAKE.test(value) && !(name === 'access-control-allow-origin' && value === 'null') // an origin can be null
}

function shown(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
