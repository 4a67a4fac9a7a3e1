import { editHeaders } from '@fsgi/core'
import { templateSettings } from './options.ts'
import type { Middleware } from '@fsgi/core'
import type { TemplateOptions } from './options.ts'

/**
 * Gives every request an id: the app finds it in `context.requestId`, the client in the field `x-request-id`. One that the
 * client or a proxy has sent is kept if it looks like an id; else it is a random UUID (RFC 9562 §5.4).
 *
 * ```ts
 * const app = stack(template())((request, { requestId }) => new Response(requestId))
 * ```
 * @throws {TypeError} for options that are not valid.
 */
export function template<As extends string = 'requestId'>(
  options: TemplateOptions<As> = {},
): Middleware<{ readonly [Name in As]: string }> {
  const { header, as } = templateSettings(options)
  return function template(app) {
    return async function template(request, context) {
      const id = sentId(request, header) ?? crypto.randomUUID()
      // The compiler cannot know that `as` is no name of the Context's own: `with` throws if it is (SPEC G5).
      const response = await app(request, context.with({ [as]: id } as never))
      return editHeaders(response, (headers) => headers.set(header, id))
    }
  }
}

/** The id that was sent. It goes to logs and back to the client, so what does not look like one is not taken. */
function sentId(request: Request, header: string): string | undefined {
  const sent = request.headers.get(header)
  return sent !== null && ID.test(sent) ? sent : undefined
}

const ID = /^[\w.:-]{1,128}$/
