import { STATUS_CODES } from 'node:http'
import type { ServerResponse } from 'node:http'

/**
 * Sends an informational response (RFC 9110 §15.2) ahead of the final one. Written to the socket itself: node:http has a method
 * for 103 only, which checks neither names nor values.
 * @throws {RangeError} for a status outside 102 to 199 (SPEC S39). @throws {TypeError} for invalid fields.
 */
export function sendInformational(response: ServerResponse, status: number, headers?: HeadersInit): void {
  if (!Number.isInteger(status) || status < 102 || status > 199) {
    throw new RangeError(`[fsgi S39] an informational response has a status from 102 to 199, not ${status}`)
  }
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Informational'}\r\n`
  for (const [name, value] of new Headers(headers)) {
    if (CONTROLS.test(value)) throw new TypeError(`[fsgi S39] the field '${name}' has a control character`)
    head += `${name}: ${value}\r\n`
  }
  if (response.socket !== null && response.socket.writable) response.socket.write(`${head}\r\n`, 'latin1')
}

const CONTROLS = /[^\t\x20-\x7e\x80-\xff]/
