import { bodyOf, reply } from '../reply.ts'
import { isResponse } from '../native-response.ts'
import { describe } from './describe.ts'
import type { App } from '../app.ts'
import type { Exchange } from './exchange.ts'

/**
 * Calls the app and gives a Response that can be sent: what the app returned, checked (SPEC S18), or a plain 500 after an
 * error, which is reported (SPEC S27). Never throws or rejects; stays synchronous where the app does.
 */
export function callApp(app: App, request: Request, exchange: Exchange): Response | Promise<Response> {
  try {
    const result = app(request, exchange.context)
    if (isResponse(result)) return sendable(result, exchange)
    if (isThenable(result)) return awaited(result, exchange)
    return sendable(result, exchange)
  } catch (error) {
    return failure(error, exchange)
  }
}

async function awaited(result: PromiseLike<unknown>, exchange: Exchange): Promise<Response> {
  try {
    return sendable(await result, exchange)
  } catch (error) {
    return failure(error, exchange)
  }
}

function sendable(result: unknown, exchange: Exchange): Response {
  if (!isResponse(result)) {
    return failure(
      new TypeError(`[fsgi S18] the app must return a Response, but it returned ${describe(result)}`),
      exchange,
    )
  }
  if (result.status === 0) {
    return failure(new TypeError('[fsgi S18] the app returned Response.error(), which cannot be sent'), exchange)
  }
  if (bodyOf(result) === undefined && (result.bodyUsed || result.body?.locked === true)) {
    const state = result.bodyUsed ? 'has been read already' : 'is locked'
    return failure(
      new TypeError(
        `[fsgi S18] the body of the Response that the app returned ${state}: return a fresh Response each time`,
      ),
      exchange,
    )
  }
  return result
}

function failure(error: unknown, exchange: Exchange): Response {
  exchange.fail(error)
  return errorResponse(500, 'Internal Server Error')
}

/** The plain answer of a server on its own account: a status and its reason, nothing else. */
export function errorResponse(status: number, text: string, headers?: Record<string, string>): Response {
  return reply(`${text}\n`, { status, headers: headers ?? {} })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
