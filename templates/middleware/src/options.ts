import { z } from 'zod'

export interface TemplateOptions<As extends string = 'requestId'> {
  /** The header field that carries the id, in the request and in the response. Default `'x-request-id'`. */
  readonly header?: string | undefined
  /** The name of the id in the context. Default `'requestId'`. */
  readonly as?: As | undefined
}

/** The options with their defaults. */
export interface TemplateSettings {
  readonly header: string
  readonly as: string
}

/** @throws {TypeError} that names each option that is wrong and what was expected. */
export function templateSettings(options: unknown): TemplateSettings {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  throw new TypeError(`@fsgi/middleware-template: ${result.error.issues.map(sentence).join('; ')}`)
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no option '${issue.keys.join("', '")}'`
  return issue.path.length === 0 ? `the options ${issue.message}` : `option '${issue.path.join('.')}' ${issue.message}`
}

const FIELD_NAME = /^[!#$%&'*+.^_`|~\w-]+$/ // RFC 9110 §5.1

const schema = z.strictObject(
  {
    header: z
      .string('must be the name of a header field')
      .regex(FIELD_NAME, 'must be the name of a header field')
      .default('x-request-id'),
    as: z.string('must be a name').min(1, 'must be a name').default('requestId'),
  },
  'must be an object',
)
