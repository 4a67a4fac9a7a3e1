import { CONTROL } from './check-fields.ts'
import { describe } from '../server/describe.ts'
import type { Frame } from './frame.ts'

/** Looks at a call of `sendInformational` (SPEC S39). */
export function checkInformational(status: unknown, headers: HeadersInit | undefined, frame: Frame): void {
  if (frame.settled)
    frame.found('informational-late', 'context.sendInformational() was called after the app had settled')
  if (!Number.isInteger(status) || (status as number) < 102 || (status as number) > 199) {
    wrong(`status ${describe(status)}, which is not 102 to 199`, frame)
  }
  try {
    for (const [name, value] of new Headers(headers)) {
      if (CONTROL.test(value)) return wrong(`a field '${name}' with a control character`, frame)
    }
  } catch (error) {
    if (error instanceof TypeError) return wrong(`headers that are not valid (${error.message})`, frame)
    throw error
  }
}

function wrong(what: string, frame: Frame): void {
  frame.found('informational-argument', `context.sendInformational() was given ${what}`)
}
