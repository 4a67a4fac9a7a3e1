/**
 * Everything that the validator looks at. Each check belongs to one rule of SPEC.md; `caller` checks are about what an app
 * is called with, `app` checks about what it does and returns, `middleware` checks about what it does with what the app below
 * gave it, which need lint on both of its sides. An error breaks a MUST; a warning is nearly always a mistake.
 *
 * What takes time, statistics or another run to see is found by the suites of @fsgi/conformance: stalls (M8, M13), reading
 * ahead (M7), cancellation that never arrives (M7), a body that is left half read, or dropped although its exchange was
 * aborted or the middleware has given work to `waitUntil` (M6), and the context of another exchange that still runs, when it
 * comes with a new Request (M2): that Request does not say what it was made of, and who runs the call does not either, as a
 * queue may run the call of one exchange when another ends.
 */
export const checks = {
  'context-missing': { rule: 'G1', level: 'error', at: 'caller', advice: 'call the app with (request, context)' },
  'arguments-more': { rule: 'G1', level: 'error', at: 'caller', advice: 'call the app with (request, context)' },
  'request-genuine': {
    rule: 'G2',
    level: 'error',
    at: 'caller',
    advice: 'pass a Request of this runtime: new Request(…)',
  },
  'request-body-used': {
    rule: 'G11',
    level: 'error',
    at: 'caller',
    advice: 'pass a request whose body nobody has read',
  },
  'request-body-twice': { rule: 'G11', level: 'warning', at: 'caller', advice: 'give each call a body of its own' },
  'request-url': { rule: 'S1', level: 'error', at: 'caller', advice: 'build it from scheme, authority and target' },
  'request-method-case': {
    rule: 'S4',
    level: 'warning',
    at: 'caller',
    advice: 'methods are case-sensitive: pass on the one that came, or use capitals',
  },
  'request-hop-by-hop': {
    rule: 'S5',
    level: 'warning',
    at: 'caller',
    advice: 'leave it out: it belongs to the connection',
  },
  'request-length-form': { rule: 'S9', level: 'error', at: 'caller', advice: 'answer such a request with 400' },
  'request-body-chunk': { rule: 'S6', level: 'error', at: 'caller', advice: 'make the body of Uint8Array chunks' },
  'request-body-length': {
    rule: 'S6',
    level: 'error',
    at: 'caller',
    advice: 'fail the body of a truncated message, and remove content-length where the body is replaced',
  },
  'context-members': {
    rule: 'S10',
    level: 'error',
    at: 'caller',
    advice: 'make the context with Exchange of @fsgi/core/server',
  },
  'context-mount': { rule: 'S11', level: 'error', at: 'caller', advice: 'move it with mount() or withMount()' },
  'context-path': {
    rule: 'S11',
    level: 'error',
    at: 'caller',
    advice: 'derive a context for a request with another URL',
  },
  'context-ended': {
    rule: 'S17',
    level: 'error',
    at: 'caller',
    advice: 'pass the context of the request that is being answered',
  },
  'env-request': { rule: 'S32', level: 'error', at: 'caller', advice: 'keep configuration only in env' },
  'context-brand': {
    rule: 'M2',
    level: 'error',
    at: 'caller',
    advice: 'use context.with(); a copy such as { ...context } is no context',
  },
  'context-derived': {
    rule: 'M2',
    level: 'error',
    at: 'caller',
    advice: 'pass the context that came with the request, or one derived from it',
  },
  'context-wrapped': {
    rule: 'M2',
    level: 'error',
    at: 'caller',
    advice: 'use context.with() or a function such as withSignal()',
  },
  'optional-member': {
    rule: 'M14',
    level: 'error',
    at: 'caller',
    advice: 'leave it as the server has it: only the server can keep what it promises',
  },

  'result-response': { rule: 'S18', level: 'error', at: 'app', advice: 'return a Response on every path' },
  'result-error': {
    rule: 'S18',
    level: 'error',
    at: 'app',
    advice: 'throw the error, or return a Response with a status',
  },
  'result-body-used': {
    rule: 'S18',
    level: 'error',
    at: 'app',
    advice: 'return a response whose body nobody has read',
  },
  'result-body-locked': {
    rule: 'S18',
    level: 'error',
    at: 'app',
    advice: 'release the reader, or return a response with a stream of its own',
  },
  'result-twice': { rule: 'A2', level: 'error', at: 'app', advice: 'make a new Response for each call' },
  'body-chunk': {
    rule: 'A2',
    level: 'error',
    at: 'app',
    advice: 'enqueue Uint8Array chunks: encode text with TextEncoder',
  },
  'field-hop-by-hop': { rule: 'A3', level: 'error', at: 'app', advice: 'leave it out: framing belongs to the server' },
  'field-status': { rule: 'A3', level: 'error', at: 'app', advice: 'use new Response(body, { status })' },
  'field-control': { rule: 'A4', level: 'error', at: 'app', advice: 'remove or encode it' },
  'field-mistake': { rule: 'A4', level: 'warning', at: 'app', advice: 'check the value that was put in' },
  'content-type-missing': { rule: 'A4', level: 'warning', at: 'app', advice: 'set content-type' },
  'set-cookie-joined': {
    rule: 'A13',
    level: 'warning',
    at: 'app',
    advice: "append('set-cookie', …) once for each cookie",
  },
  'etag-form': { rule: 'A14', level: 'warning', at: 'app', advice: 'write it as "…" or W/"…", quotes included' },
  'content-length-form': {
    rule: 'S23',
    level: 'error',
    at: 'app',
    advice: 'write it in digits, once, or leave it out',
  },
  'content-length-bytes': {
    rule: 'S23',
    level: 'error',
    at: 'app',
    advice: 'leave content-length out or make it exact',
  },
  'content-length-status': { rule: 'S25', level: 'error', at: 'app', advice: 'leave it out' },
  'body-status': { rule: 'S25', level: 'error', at: 'app', advice: 'return it with a null body' },
  'defer-argument': { rule: 'S14', level: 'error', at: 'app', advice: 'pass a function' },
  'wait-until-argument': { rule: 'S15', level: 'error', at: 'app', advice: 'pass a promise: call the async function' },
  'report-argument': { rule: 'S16', level: 'warning', at: 'app', advice: 'pass the error' },
  'informational-argument': {
    rule: 'S39',
    level: 'error',
    at: 'app',
    advice: 'pass a status from 102 to 199, and valid headers',
  },
  'informational-late': { rule: 'S39', level: 'error', at: 'app', advice: 'call it before the response is returned' },
  'context-mutated': {
    rule: 'G4',
    level: 'error',
    at: 'app',
    advice: 'pass context.with({ name: value }) to the app below',
  },
  'thrown-value': { rule: 'A10', level: 'warning', at: 'app', advice: 'throw an Error, so that there is a stack' },

  'body-dropped': { rule: 'M6', level: 'error', at: 'middleware', advice: 'cancel it: response.body?.cancel()' },
  'cancel-reason': {
    rule: 'M7',
    level: 'error',
    at: 'middleware',
    advice: 'pass the reason of cancel() on, as pipeThrough() does',
  },
  'error-swallowed': {
    rule: 'M12',
    level: 'error',
    at: 'middleware',
    advice: 'call context.report(error), or let it propagate',
  },
  'headers-immutable': {
    rule: 'M9',
    level: 'warning', // the error that it explains goes its way
    at: 'middleware',
    advice: 'use editHeaders()',
  },
} as const satisfies Record<string, Check>

/** One thing that the validator looks at. */
export interface Check {
  /** The rule of SPEC.md that is broken. */
  readonly rule: string
  readonly level: 'error' | 'warning'
  /** Who is at fault: who called the app that is looked at, or that app, as a middleware perhaps. */
  readonly at: 'caller' | 'app' | 'middleware'
  /** What to do. */
  readonly advice: string
}

export type CheckName = keyof typeof checks
