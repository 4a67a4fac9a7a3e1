export { serve } from './serve.ts'
export type { Server } from './run-server.ts'
export type { ServeOptions, Timeouts, Tls } from './options.ts'
