import { describeMiddleware } from '@fsgi/conformance/vitest'
import { session } from './index.ts'
import { z } from 'zod'

describeMiddleware('session()', () => session({ schema: z.object({ visits: z.number().default(0) }) }))
