import { stack } from '@fsgi/core'
import { dispatch } from '@fsgi/core/testing'
import dispatcher, { report } from '@fsgi/conformance/dispatcher'
import { inProcess } from '@fsgi/conformance/server'
import { describeServer } from '@fsgi/conformance/vitest'
import { testRecorder } from './fixtures/recording.ts'
import type { Middleware } from '@fsgi/core'
import type { ServerHost } from '@fsgi/conformance/server'

// What is recorded goes through the same: no case of the server suite, under any mode, notices that somebody looks.

const pass = (): Middleware =>
  function pass(app) {
    return (request, context) => app(request, context)
  }

function recordedHost(name: string, lint: boolean): ServerHost {
  return {
    ...inProcess,
    name,
    async start() {
      const { border } = testRecorder({ lint })
      const app = border(stack(pass(), pass())(dispatcher), 'app')
      return {
        origin: 'http://localhost',
        dispatch: (request: Request, target: string) => dispatch(app, request, { target, report }),
        close: async () => {},
      }
    },
  }
}

describeServer(recordedHost('the in-process server with a recorder', false))
describeServer(recordedHost('the in-process server with a recorder and lint', true))
