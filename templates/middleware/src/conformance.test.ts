import { describeMiddleware } from '@fsgi/conformance/vitest'
import { template } from './template.ts'

describeMiddleware('template()', () => template())
