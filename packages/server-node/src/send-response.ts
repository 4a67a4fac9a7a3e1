import { bodyOf, fileOf, type KnownBody } from '@fsgi/core'
import { setLastResponse } from './last-response.ts'
import { responseHead } from './response-head.ts'
import { sendFile } from './send-file.ts'
import { sendStream } from './send-stream.ts'
import { willClose } from './end-response.ts'
import type { Delivery } from './delivery.ts'

/** Sends a response that can be sent. @throws what node:http throws for an invalid head; nothing was sent then. */
export function sendResponse(delivery: Delivery, response: Response): void {
  const { status } = response
  const known = bodyOf(response)
  const { fields, length } = responseHead(response, (name, value) => reportDropped(delivery, name, value))
  if (delivery.request.method === 'HEAD' || status === 204 || status === 205 || status === 304) {
    sendWithoutBody(delivery, response, fields, bodylessLength(delivery, status, length, known))
  } else if (known === undefined) {
    sendUnknown(delivery, response, fields, length)
  } else {
    sendKnown(delivery, response, fields, length, known)
  }
}

function sendUnknown(delivery: Delivery, response: Response, fields: string[], length: number | undefined): void {
  const body = response.body!
  const file = fileOf(response)
  if (file === undefined || file.size === 0) {
    writeHead(delivery, response, fields, length)
    sendStream(delivery, body, length)
  } else if (length === undefined || length === file.size) {
    writeHead(delivery, response, fields, file.size)
    sendFile(delivery, file, body)
  } else {
    delivery.discardBody(response, failWrongLength(delivery, file.size, length))
  }
}

function sendKnown(
  delivery: Delivery,
  response: Response,
  fields: string[],
  length: number | undefined,
  known: KnownBody,
): void {
  const size = sizeOf(known)
  if (length !== undefined && length !== size) return void failWrongLength(delivery, size, length)
  writeHead(delivery, response, fields, size)
  if (known === null || size === 0) delivery.finish()
  else if (typeof known !== 'string') delivery.finish(known)
  // A head and a string go out in one write, in the encoding of the string; the head is Latin-1 (SPEC S26).
  else if (known.length === size) delivery.finish(known, 'latin1')
  else if (size <= ONE_WRITE_BYTES && isAscii(response.statusText) && fields.every(isAscii))
    delivery.finish(known, 'utf8')
  else delivery.finish(Buffer.from(known))
}

/** What the encoder of a short string has room for on its stack, with the head. */
const ONE_WRITE_BYTES = 4096

// oxlint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/

function isAscii(text: string): boolean {
  return ASCII.test(text)
}

function failWrongLength(delivery: Delivery, size: number, length: number): TypeError {
  const error = new TypeError(`[fsgi S23] the body is ${size} bytes but content-length says ${length}`)
  delivery.fail(error)
  return error
}

function sizeOf(known: KnownBody): number {
  if (known === null) return 0
  return typeof known === 'string' ? Buffer.byteLength(known) : known.byteLength
}

function sendWithoutBody(delivery: Delivery, response: Response, fields: string[], length: number | undefined): void {
  writeHead(delivery, response, fields, length)
  // An exception with its stack is dear, and a body that is known has nobody to tell.
  if (bodyOf(response) === undefined) {
    delivery.discardBody(response, new DOMException('the body is not sent', 'AbortError'))
  }
  delivery.finish()
}

/** SPEC S24, S25: what a response without a body says about its length. */
function bodylessLength(
  { request }: Delivery,
  status: number,
  length: number | undefined,
  known: KnownBody | undefined,
): number | undefined {
  if (status === 204) return undefined
  if (status === 205) return 0
  if (status === 304 || length !== undefined) return length
  // HEAD: a null body says nothing about the length that GET would have.
  return request.method === 'HEAD' && known !== undefined && known !== null ? sizeOf(known) : undefined
}

function writeHead(delivery: Delivery, response: Response, fields: string[], length: number | undefined): void {
  if (length !== undefined) fields.push('content-length', String(length))
  if (willClose(delivery)) {
    setLastResponse(delivery.request.socket)
    fields.push('connection', 'close')
  }
  if (response.statusText === '') delivery.response.writeHead(response.status, fields)
  else delivery.response.writeHead(response.status, response.statusText, fields)
}

function reportDropped({ exchange, inFlight }: Delivery, name: string, value: string): void {
  if (!inFlight.isNew(`dropped ${name}`)) return
  const what =
    name === 'content-length' ? `'content-length: ${value}' is not a length` : `'${name}' belongs to the server`
  exchange.report(new TypeError(`[fsgi S22] the response has a field that was dropped: ${what} (said once)`))
}
