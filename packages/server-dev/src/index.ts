export { startDevServer, type DevServer } from './start-dev-server.ts'
export type { DevOptions } from './dev-options.ts'
