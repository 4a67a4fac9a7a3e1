/** The server suite; it works with sockets, so it needs Node. */
export { serverCases } from './server/cases.ts'
export { checkServer, type ServerCaseResult } from './server/check-server.ts'
export { inProcess } from './server/hosts/in-process.ts'
export type { ServerCase, Tier } from './server/case.ts'
export type { Host as ServerHost, RunningHost } from './server/host.ts'
export type { Limits, ServeOptions as ServerHostOptions } from './server/serve-options.ts'
export type { Mode } from './server/dispatcher/modes.ts'
