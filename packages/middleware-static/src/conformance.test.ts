import { describeMiddleware } from '@fsgi/conformance/vitest'
import { memory, serveStatic } from './index.ts'

describeMiddleware('serveStatic()', () => serveStatic(memory({ '/index.html': 'a file' })))
