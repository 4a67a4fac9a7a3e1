import { dispatch } from '@fsgi/core/testing'
import { dispatcher } from '../dispatcher/dispatcher.ts'
import { everyMode } from '../dispatcher/modes.ts'
import { report } from '../dispatcher/probe.ts'
import type { Host } from '../host.ts'

/** `dispatch` of `@fsgi/core/testing`: a server without a socket. */
export const inProcess: Host = {
  name: 'in-process',
  tiers: new Set(['core', 'stream', 'cap:report']),
  modes: everyMode,
  declared: {},
  async start() {
    return {
      origin: 'http://localhost',
      dispatch: (request, target) => dispatch(dispatcher, request, { target, report }),
      close: async () => {},
    }
  },
}
