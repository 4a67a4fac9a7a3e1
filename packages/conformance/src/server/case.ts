import type { Client } from './client/client.ts'
import type { Mode } from './dispatcher/modes.ts'

/**
 * What a host must be able to do for a case to be asked of it: `core` any server or gateway; `stream` hands bytes on as they
 * come and notices clients that leave; `origin` owns the socket of an HTTP/1.1 connection; `cap:…` has one optional thing.
 */
export type Tier =
  | 'core'
  | 'stream'
  | 'origin'
  | 'cap:informational'
  | 'cap:report'
  | 'cap:start'
  | 'cap:limits'
  | 'cap:proxy'
  | 'cap:tls'

/** One exchange, or a few, and what SPEC.md says must come of it. */
export interface ServerCase {
  /** Permanent. */
  readonly id: string
  /** The rules of SPEC.md that it covers. */
  readonly rules: readonly string[]
  readonly tier: Tier
  /** The rules, then the behaviour. */
  readonly title: string
  /** The app that answers, by its name in the dispatcher. Without one the server answers by itself. */
  readonly app?: string
  /** Modes that change what the case looks at, with the reason. */
  readonly except?: Partial<Record<Mode, string>>
  /** Rejects with an Error that says what was expected and what was seen. */
  run(client: Client): Promise<void>
}
