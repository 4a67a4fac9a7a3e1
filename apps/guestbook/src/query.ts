import { z } from 'zod'

const wholeNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d*$/, 'must be a whole number above zero')
    .transform(Number)
    .pipe(z.number().max(most))

/** `?before=ID&limit=N`: both optional. */
export const range = z.object({
  before: wholeNumber(Number.MAX_SAFE_INTEGER).optional(),
  limit: wholeNumber(500).optional(),
})

/** `?n=2000`. */
export const count = z.object({ n: wholeNumber(10_000) })
