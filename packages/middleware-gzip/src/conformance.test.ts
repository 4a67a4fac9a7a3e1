import { describeMiddleware } from '@fsgi/conformance/vitest'
import { gunzip, gzip } from './index.ts'

describeMiddleware('gzip()', () => gzip())
describeMiddleware("gzip({ etag: 'suffix', cache, pad })", () => gzip({ etag: 'suffix', cache: 1_000_000, pad: 100 }))
describeMiddleware('gunzip()', () => gunzip())
