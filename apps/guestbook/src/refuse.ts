import { reply } from '@fsgi/core'
import { reasonsOf } from './new-message.ts'
import type { z } from 'zod'

/** An answer that says what was wrong, as JSON: `{ "error": "…", "reasons": [{ "path", "message" }] }`. */
export function refuse(
  status: number,
  error: string,
  more: { error?: z.ZodError; headers?: HeadersInit } = {},
): Response {
  const reasons = more.error === undefined ? [] : reasonsOf(more.error)
  return reply.json({ error, reasons }, { status, headers: more.headers ?? {} })
}
