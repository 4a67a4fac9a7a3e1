import type * as z from 'zod/mini'

/**
 * What a schema makes of the options. @throws {TypeError} that names each option that is wrong and what was expected.
 *
 * @internal
 */
export function checkedOptions<T>(schema: z.ZodMiniType<T>, options: unknown): T {
  const result = schema.safeParse(options)
  if (result.success) return result.data
  throw new TypeError(`@fsgi/middleware-gzip: ${result.error.issues.map(sentence).join('; ')}`)
}

function sentence(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `'${path === '' ? key : `${path}.${key}`}'`).join(', ')
    return `there is no option ${names}`
  }
  return path === '' ? `the options ${issue.message}` : `option '${path}' ${issue.message}`
}
