import { createHmac, randomBytes } from 'node:crypto'
import type { Call, Field, Recording, RecordedRequest } from './recorded.ts'

/** What is shown of texts that may be secret. */
export interface Redaction {
  /** A URL or a request-target, without the values of query parameters that look secret, and without a password. */
  url(text: string): string
  recording(recording: Recording): Recording
}

/** Shows everything. */
export const noRedaction: Redaction = { url: (text) => text, recording: (recording) => recording }

/**
 * Takes the values out of cookies (names and attributes stay), of `authorization` and `proxy-authorization` (the scheme stays), and of fields,
 * query parameters and texts in a context whose names look secret. In their place stands `[redacted 3f2a]`: equal values have equal
 * digits, so that a change can be seen. They are made with a key of this run, so the value cannot be found by trying.
 */
export function makeRedaction(): Redaction {
  const key = randomBytes(32)
  const hidden = (value: string): string =>
    value === '' ? '' : `[redacted ${createHmac('sha256', key).update(value).digest('hex').slice(0, 4)}]`

  function url(text: string): string {
    if (!/[=@]/.test(text)) return text
    return text
      .replaceAll(/([?&])([^=&#\s"'<>]+)=([^&#\s"'<>]+)/g, (all, before: string, name: string, value: string) =>
        looksSecret(name) ? `${before}${name}=${hidden(value)}` : all,
      )
      .replaceAll(
        /(\/\/[^/?#@\s:]*:)([^/?#@\s]+)@/g,
        (_, before: string, password: string) => `${before}${hidden(password)}@`,
      )
  }

  function field([name, value]: Field): Field {
    if (name === 'cookie') return [name, value.split(';').map(pair).join(';')]
    if (name === 'set-cookie') {
      const end = value.indexOf(';')
      return [name, end === -1 ? pair(value) : pair(value.slice(0, end)) + value.slice(end)]
    }
    if (name === 'authorization' || name === 'proxy-authorization') {
      const [, scheme, rest] = /^(\S+ +)?(.*)$/s.exec(value)!
      return [name, `${scheme ?? ''}${hidden(rest!)}`]
    }
    return looksSecret(name) ? [name, hidden(value)] : [name, url(value)]
  }

  /** `name=value` of a cookie; one without a name is all value. */
  function pair(text: string): string {
    const [, name, value] = /^([^=]*=)?(.*)$/s.exec(text)!
    return `${name ?? ''}${hidden(value!)}`
  }

  function request(seen: RecordedRequest): RecordedRequest {
    return { ...seen, url: url(seen.url), fields: seen.fields.map(field) }
  }

  function member([name, value]: [string, string]): [string, string] {
    return [name, value.startsWith('"') && looksSecret(name) ? hidden(value) : url(value)]
  }

  function call(seen: Call): Call {
    const { response } = seen
    return {
      ...seen,
      request: request(seen.request),
      context: Object.fromEntries(Object.entries(seen.context).map(member)),
      ...(response !== undefined && { response: { ...response, fields: response.fields.map(field) } }),
      calls: seen.calls.map(call),
    }
  }

  return {
    url,
    recording: (recording) => (recording.top === undefined ? recording : { ...recording, top: call(recording.top) }),
  }
}

/** Whether a field, a query parameter or a member of a context is called as secrets are. */
export function looksSecret(name: string): boolean {
  return SECRET.test(name) || EXACTLY.test(name)
}

const SECRET =
  /token|secret|passw|passphrase|pwd|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|csrf|xsrf|jwt|signature|session[-_.]?id|(?:^|[-_.])auth(?:$|[-_.])|authorization/i
const EXACTLY = /^(?:key|sig|sid|pin|otp)$/i
