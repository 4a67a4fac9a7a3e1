import { evaluatePreconditions, ifRangeHolds } from './preconditions.ts'
import { parseRange } from './range.ts'
import type { ByteRange } from './range.ts'
import type { Validators } from './preconditions.ts'

/** How to answer: with all of the file (200), with parts of it (206), or without its content. */
export type SelectedPart =
  | { readonly status: 200 | 304 | 412 | 416 }
  | { readonly status: 206; readonly ranges: readonly ByteRange[] }

/** What a GET or HEAD with these fields asks of a file of `size` bytes: its conditions first, then its ranges (RFC 9110 §13.2.2). */
export function selectedPart({ method, headers }: Request, size: number, validators: Validators): SelectedPart {
  const status = evaluatePreconditions(headers, validators)
  const field = status === 200 && method === 'GET' ? headers.get('range') : null // RFC 9110 §14.2: defined for GET alone
  if (field === null || !ifRangeHolds(headers, validators)) return { status }
  const ranges = parseRange(field, size)
  if (ranges === null) return { status: 200 }
  return ranges.length === 0 ? { status: 416 } : { status: 206, ranges }
}
