import { errorResponse } from '@fsgi/core/server'
import type { App } from '@fsgi/core'

/** `POST /__fsgi/api/last`: answers with the last working version until the next change; 409 if there is none. */
export function lastApp(useLast: () => boolean): App {
  return () =>
    useLast()
      ? new Response(null, { status: 204 })
      : errorResponse(409, 'There is no version that has worked and still runs.')
}
