import { describeMiddleware } from '@fsgi/conformance/vitest'
import { memory, serveStatic } from './index.ts'

const files = memory({ '/index.html': 'a file' })

describeMiddleware('serveStatic()', () => serveStatic(files))
describeMiddleware('serveStatic({ fallback, precompressed, extensions, listing, otherMethods })', () =>
  serveStatic(files, {
    fallback: '/index.html',
    precompressed: true,
    extensions: ['html'],
    listing: true,
    otherMethods: 'refuse',
  }),
)
