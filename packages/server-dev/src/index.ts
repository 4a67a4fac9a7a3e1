export { defineConfig, type Config } from './config/define-config.ts'
export { startDevServer, type DevServer } from './start-dev-server.ts'
export type { Addresses } from './addresses.ts'
export type { DevOptions, KeyFiles } from './dev-options.ts'
