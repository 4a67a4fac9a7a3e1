export { gzip } from './gzip.ts'
export type { GzipOptions } from './options.ts'
export type { Coding } from './coding.ts'
