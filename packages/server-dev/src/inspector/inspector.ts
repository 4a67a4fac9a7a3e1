import { ExchangeEvents } from './exchange-events.ts'
import { Exchanges } from './exchanges.ts'
import { Findings } from './findings.ts'
import { inspectorApi } from './inspector-api.ts'
import { makeRedaction, noRedaction } from './redaction.ts'
import { replay } from './replay.ts'
import type { App } from '@fsgi/core'
import type { CodeState } from './exchange-events.ts'

export interface InspectorFacts {
  /** Whether values that may be secret are taken out. */
  readonly redact: boolean
  /** The server's own app, for requests that are sent again. */
  front(): App
  /** Prints what is found. */
  finding(message: string): void
  report(error: unknown): void
}

/** What the development server remembers of exchanges, and shows at `/__fsgi/`. */
export interface Inspector {
  readonly exchanges: Exchanges
  readonly findings: Findings
  readonly api: App
  /** There is another state of the code; `failed` says why it did not start. */
  codeChanged(version: number, failed: string | undefined): void
  /** Ends the event streams. */
  close(): void
}

export function makeInspector(facts: InspectorFacts): Inspector {
  let code: CodeState = { version: 0, failed: null }
  const redaction = facts.redact ? makeRedaction() : noRedaction
  const exchanges = new Exchanges({ redaction, version: () => code.version })
  const events = new ExchangeEvents(exchanges, () => code)
  const findings = new Findings({ tell: facts.finding, changed: () => events.tell('findings') })
  const api = inspectorApi({
    exchanges,
    events,
    findings,
    code: () => code,
    replay: (id) => replay(exchanges.kept(id)!, id, facts.front(), facts.report),
  })
  return {
    exchanges,
    findings,
    api,
    codeChanged(version, failed) {
      code = { version, failed: failed ?? null }
      findings.begin(version)
      events.tell('code')
    },
    close: () => events.close(),
  }
}
