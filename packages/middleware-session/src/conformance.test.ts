import { describeMiddleware } from '@fsgi/conformance/vitest'
import { sealedCookie } from './sealed-cookie.ts'
import { session } from './index.ts'
import { z } from 'zod'

const schema = z.object({ visits: z.number().default(0) })

describeMiddleware('session()', () => session({ schema }))
describeMiddleware('session() in a sealed cookie', () =>
  session({ schema, store: sealedCookie({ keys: [new Uint8Array(32)] }) }),
)
