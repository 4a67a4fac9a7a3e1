import { z } from 'zod'

/** What the session keeps about a visitor. */
export const visitor = z.object({
  visits: z.number().default(0),
  /** The name last signed with: the form is filled with it. */
  name: z.string().default(''),
  /** Said once, on the next page. */
  notice: z.string().optional(),
})

export type Visitor = z.infer<typeof visitor>
