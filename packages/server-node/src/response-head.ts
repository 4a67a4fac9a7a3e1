import { headOf } from '@fsgi/core/server'

/** The fields of a response that go out, and the length that the app declares. */
export interface ResponseHead {
  /** `[name, value, …]`, each `set-cookie` a line of its own (SPEC S26), without `content-length`. */
  readonly fields: string[]
  readonly length: number | undefined
}

/** Reads the head without changing it (SPEC S19). `dropped` is told of fields that belong to the server (SPEC S22). */
export function responseHead(response: Response, dropped: (name: string, value: string) => void): ResponseHead {
  const fields: string[] = []
  let length: number | undefined
  const add = (value: string, name: string): void => {
    switch (name) {
      case 'connection':
      case 'keep-alive':
      case 'proxy-connection':
      case 'te':
      case 'trailer':
      case 'transfer-encoding':
      case 'upgrade':
        return dropped(name, value)
      case 'content-length':
        if (DIGITS.test(value)) length = Number(value)
        else dropped(name, value)
        return
    }
    fields.push(name, value)
  }
  const flat = headOf(response)
  if (flat !== null) for (let i = 0; i < flat.length; i += 2) add(flat[i + 1]!, flat[i]!)
  else readHeaders(response.headers, add)
  return { fields, length }
}

const DIGITS = /^\d{1,15}$/

function readHeaders(headers: Headers, add: (value: string, name: string) => void): void {
  for (const [name, value] of headers) {
    if (name !== 'set-cookie') add(value, name)
  }
  for (const value of headers.getSetCookie()) add(value, 'set-cookie') // a ponyfill may iterate over them joined
}
