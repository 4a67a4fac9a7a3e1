import { z } from 'zod'

/** What the session keeps about a visitor. Who it is, is not here: that is the session's subject, which `login` sets. */
export const visitor = z.object({
  /** What they logged in with, for the list of devices. */
  device: z.string().default(''),
  /** When they logged in, which may be later than the session's beginning: milliseconds since 1970. */
  loggedInAt: z.number().default(0),
  /** When they were last here, to the minute: milliseconds since 1970. */
  seenAt: z.number().default(0),
  /** Said once, on the next page. */
  notice: z.string().optional(),
  /** The scratch pad: it lives as long as the session. */
  notes: z.array(z.string()).default([]),
})

export type Visitor = z.infer<typeof visitor>
