import { startEntry } from '@fsgi/core/server'
import { countFindings } from './record/count-findings.ts'
import { errorPage } from './error-page.ts'
import { makeRecorder } from './record/recorder.ts'
import { makeSender } from './record/sender.ts'
import type { Border } from '@fsgi/core/server'
import type { FromChild, LoadFacts } from '../messages.ts'
import type { Host, StartEntry } from '@fsgi/core'

const FRAMES = 100 // of an error: each border takes some, and the layers beyond are to be seen

/**
 * Prepares this process for an application that is to be imported, as stacks are made while that is done: from now on
 * there are borders between their layers. Gives what makes its entry one with what development puts around the app; what is
 * composed without `stack` is one layer.
 */
export function developing(facts: LoadFacts, tell: (message: FromChild) => void): (entry: unknown) => StartEntry {
  const { version } = facts
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, FRAMES)
  const border = makeRecorder({
    version,
    lint: facts.lint,
    post: makeSender((message, sent) => void (process.connected && process.send!(message, sent))),
    found: countFindings((finding) => tell({ type: 'finding', version, finding })),
  })
  ;(globalThis as { [BORDER]?: Border })[BORDER] = border

  return (entry) => ({
    async start(host: Host) {
      const started = await startEntry(entry, { env: host.env, report: host.report })
      host.signal.addEventListener('abort', () => started.beginShutdown())
      host.defer(() => started.close())
      const { name } = started.app
      const app = border(started.app, name === '' || name === 'default' ? 'app' : name)
      return errorPage(app, facts)
    },
  })
}

const BORDER: unique symbol = Symbol.for('fsgi.border')
