import type { ErrorReport } from '../../errors/error-report.ts'
import type { Room } from './room.ts'

const MOST_FRAMES = 50

/** A report that takes no more than there is room for. */
export function boundedError(report: ErrorReport, room: Room): ErrorReport {
  const { name, message, frames, cause, errors } = report
  const kept = frames.slice(0, room.free ? MOST_FRAMES : 5)
  room.used += 80 * kept.length
  return {
    ...report,
    name: room.text(name),
    message: room.text(message),
    frames: kept,
    ...(cause !== undefined && { cause: boundedError(cause, room) }),
    ...(errors !== undefined && { errors: errors.map((error) => boundedError(error, room)) }),
  }
}
