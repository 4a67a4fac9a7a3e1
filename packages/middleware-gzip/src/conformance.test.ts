import { describeMiddleware } from '@fsgi/conformance/vitest'
import { gzip } from './index.ts'

describeMiddleware('gzip()', () => gzip())
