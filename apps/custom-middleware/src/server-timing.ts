import { editHeaders } from '@fsgi/core'
import { z } from 'zod'
import type { Context, Middleware, Outcome } from '@fsgi/core'

/** What the app below finds in `context.timing`. */
export interface Timing {
  /** Runs `work` and returns what it returns; how long it took, until its promise settles, becomes a metric. */
  measure<T>(name: string, work: () => T, description?: string): T
  /** A metric without a duration: that something happened. */
  mark(name: string, description?: string): void
}

export interface Metric {
  readonly name: string
  /** In milliseconds; a mark has none. */
  readonly duration?: number
  readonly description?: string | undefined
}

export interface ServerTimingOptions<As extends string = 'timing'> {
  /** The name in the context, where another layer has taken it. Default `'timing'`. */
  readonly as?: As | undefined
  /** Whether this client may see the metrics: they tell what the app is made of. Default: every client. */
  readonly expose?: ((request: Request, context: Context) => boolean) | undefined
  /** Called once per exchange when it is over, with everything that was measured, the body included. */
  readonly onEnd?: ((metrics: readonly Metric[], outcome: Outcome) => void) | undefined
}

/**
 * Tells browsers how long the server took, in the field `server-timing` (W3C Server Timing), and gives the app
 * `context.timing` to name the parts. Developer tools show them beside the request.
 *
 * ```ts
 * const app = stack(serverTiming())(async (request, { timing }) => reply.json(await timing.measure('db', load)))
 * ```
 * @throws {TypeError} for an option that is not valid.
 */
export function serverTiming<As extends string = 'timing'>(
  options: ServerTimingOptions<As> = {},
): Middleware<{ readonly [Name in As]: Timing }> {
  const { as, expose, onEnd } = checked(options)
  return function serverTiming(app) {
    return async function serverTiming(request, context) {
      const metrics: Metric[] = []
      const since = stopwatch()
      const all = (): Metric[] => [{ name: 'total', duration: since() }, ...metrics]
      if (onEnd) context.defer((outcome) => onEnd(all(), outcome))
      // The compiler cannot know that `as` is no name of the Context's own: `with` throws if it is (SPEC G5).
      const response = await app(request, context.with({ [as]: timingInto(metrics) } as never))
      if (expose && !expose(request, context)) return response
      const field = all().slice(0, MOST).map(format).join(', ')
      return editHeaders(response, (headers) => headers.append('server-timing', field))
    }
  }
}

function timingInto(metrics: Metric[]): Timing {
  return {
    measure(name, work, description) {
      mustBeToken(name)
      const since = stopwatch()
      const end = (): void => void metrics.push({ name, duration: since(), description })
      return whenSettled(work, end)
    },
    mark(name, description) {
      mustBeToken(name)
      metrics.push({ name, description })
    },
  }
}

/** Runs `work`, and then `end`: when its promise has settled, if it returns one. */
function whenSettled<T>(work: () => T, end: () => void): T {
  let result: T
  try {
    result = work()
  } catch (error) {
    end()
    throw error
  }
  if (isThenable(result)) return Promise.resolve(result).finally(end) as T
  end()
  return result
}

/** Promises, and what only runs when it is awaited, as the queries of many database packages. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function stopwatch(): () => number {
  const start = performance.now()
  return () => performance.now() - start
}

/** `db;dur=12.3;desc="users"`: server-timing-metric of W3C Server Timing §3. */
function format({ name, duration, description }: Metric): string {
  const dur = duration === undefined ? '' : `;dur=${duration.toFixed(1)}`
  return name + dur + (description === undefined ? '' : `;desc=${quoted(description)}`)
}

/** A quoted-string (RFC 9110 §5.6.4). A field value is ASCII: any other character becomes a question mark. */
function quoted(text: string): string {
  return `"${text.replace(/[^\t\x20-\x7e]/gu, '?').replace(/["\\]/g, '\\$&')}"`
}

function mustBeToken(name: string): void {
  if (!TOKEN.test(name)) throw new TypeError(`serverTiming: the name of a metric must be a token, not '${name}'`)
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/ // RFC 9110 §5.6.2

function checked(options: ServerTimingOptions<string>) {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no option '${issue.keys.join("', '")}'`
      : `${issue.path.length === 0 ? 'the options' : `option '${issue.path.join('.')}'`} ${issue.message}`,
  )
  throw new TypeError(`serverTiming: ${problems.join('; ')}`)
}

const aFunction = <F>(what: string) =>
  z.custom<F>((value) => typeof value === 'function', `must be a function of ${what}`)

const schema = z.strictObject(
  {
    as: z.string('must be a name').min(1, 'must be a name').default('timing'),
    expose: aFunction<NonNullable<ServerTimingOptions['expose']>>('(request, context)').optional(),
    onEnd: aFunction<NonNullable<ServerTimingOptions['onEnd']>>('(metrics, outcome)').optional(),
  },
  'must be an object',
)

const MOST = 50 // proxies refuse responses with a head of some kilobytes
