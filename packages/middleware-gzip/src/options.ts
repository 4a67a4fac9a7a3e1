import * as z from 'zod'
import { CODINGS } from './coding.ts'
import type { Coding } from './coding.ts'

export interface GzipOptions {
  /**
   * The codings to offer; among those that a client weighs equally the first is used. One that the runtime does not have
   * is left out. Default `['br', 'zstd', 'gzip', 'deflate']`.
   */
  readonly codings?: readonly Coding[] | undefined
  /** How hard each coding tries: gzip and deflate 1–9 (default 6), br 0–11 (default 4), zstd 1–22 (default 3). */
  readonly level?: { readonly [C in Coding]?: number | undefined } | undefined
  /** A body that is known to have fewer bytes than this is not coded. Default 1024. */
  readonly threshold?: number | undefined
  /**
   * Which streamed responses hand on every chunk at once: `true` for all, or a function that picks them. Event streams and
   * NDJSON always do, and any other stream does when its source pauses. Default `false`.
   */
  readonly flush?: boolean | ((request: Request, response: Response) => boolean) | undefined
  /**
   * What becomes of a strong ETag when the body is coded: it is made weak, or it gets a suffix per coding, which is taken
   * off again in If-None-Match and If-Match (RFC 9110 §8.8.3.3). Default `'weaken'`.
   */
  readonly etag?: 'weaken' | 'suffix' | undefined
  /**
   * Whether a response is worth coding, in place of the judgement by its type: `true`, `false`, or `undefined` to leave it
   * to the type. It cannot make coding happen where it would be wrong, such as for a 206.
   */
  readonly filter?: ((request: Request, response: Response) => boolean | undefined) | undefined
}

/** The options with their defaults. */
export interface GzipSettings {
  readonly codings: readonly Coding[]
  readonly level: Readonly<Record<Coding, number>>
  readonly threshold: number
  readonly flush: NonNullable<GzipOptions['flush']>
  readonly etag: NonNullable<GzipOptions['etag']>
  readonly filter?: GzipOptions['filter']
}

/** @throws {TypeError} that names each option that is wrong and what was expected. */
export function gzipSettings(options: GzipOptions): GzipSettings {
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

const wholeNumber = (least: number, most: number, error: string) => z.int(error).min(least, error).max(most, error)
const level = (least: number, most: number, preset: number) =>
  wholeNumber(least, most, `must be a whole number from ${least} to ${most}`).default(preset)
const aFunction = <F>(error: string) => z.custom<F>((value) => typeof value === 'function', error)

const schema: z.ZodType<GzipSettings> = z.strictObject(
  {
    codings: z
      .array(z.enum(CODINGS, `must be one of ${CODINGS.join(', ')}`), 'must be an array of codings')
      .min(1, 'must name at least one coding')
      .refine((list) => new Set(list).size === list.length, 'must name each coding once')
      .default([...CODINGS]),
    level: z
      .strictObject(
        { br: level(0, 11, 4), zstd: level(1, 22, 3), gzip: level(1, 9, 6), deflate: level(1, 9, 6) },
        'must be an object with a level per coding, such as { gzip: 6, br: 4 }',
      )
      .prefault({}),
    threshold: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'must be a whole number of bytes, 0 or more').default(1024),
    flush: z
      .union([z.boolean(), aFunction<(request: Request, response: Response) => boolean>('')], {
        error: 'must be true, false or a function of (request, response)',
      })
      .default(false),
    etag: z.enum(['weaken', 'suffix'], "must be 'weaken' or 'suffix'").default('weaken'),
    filter: aFunction<NonNullable<GzipOptions['filter']>>('must be a function of (request, response)').optional(),
  },
  'must be an object',
)
