/** For those who write servers: what every server does the same way. See docs/writing-a-server.md. */
export { Exchange, type Facts, type Service } from './server/exchange.ts'
export { callApp, errorResponse } from './server/call-app.ts'
export { startEntry, isExclusive, type HostFacts, type Started } from './server/start-entry.ts'
export { endWithBody } from './server/end-with-body.ts'
export { normalRequest } from './server/normal-request.ts'
export { headOf } from './reply.ts'
export type { Border } from './border.ts'
export { isBelow, normalPathname, pathBelow } from './path.ts'
