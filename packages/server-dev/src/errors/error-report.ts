import { inspect } from 'node:util'
import { isErrorLike } from './error-like.ts'
import { framesOf } from './stack-frames.ts'
import { locateSyntaxError } from './syntax-location.ts'
import type { Frame } from './stack-frames.ts'

/** An error as plain data, so that it can cross from the application's process to the server's. */
export interface ErrorReport {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly frames: readonly Frame[]
  /** The layers that it came through, outermost first; the last one threw. */
  readonly layers?: readonly string[]
  readonly cause?: ErrorReport
  /** The members of an AggregateError. */
  readonly errors?: readonly ErrorReport[]
}

/** Describes whatever was thrown. A cause chain that is very long, or goes in a circle, is cut after ten. */
export function errorReport(thrown: unknown, depth = 0): ErrorReport {
  if (!isErrorLike(thrown)) {
    return { name: 'Not an Error', message: `${inspect(thrown, { depth: 2 })} was thrown`, frames: [] }
  }
  const { code, cause, errors } = thrown as { code?: unknown; cause?: unknown; errors?: unknown }
  const syntax = locateSyntaxError(thrown)
  return {
    name: syntax?.name ?? thrown.name,
    message: syntax?.message ?? thrown.message,
    ...(typeof code === 'string' && { code }),
    frames: syntax?.frames ?? framesOf(thrown),
    ...(cause !== undefined && depth < 10 && { cause: errorReport(cause, depth + 1) }),
    ...(Array.isArray(errors) &&
      depth < 10 && { errors: errors.slice(0, 10).map((error) => errorReport(error, depth + 1)) }),
  }
}
