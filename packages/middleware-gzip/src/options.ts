import * as z from 'zod/mini'
import { CODINGS } from './coding.ts'
import { checkedOptions } from './checked-options.ts'
import { DEFAULT_LEVELS, LEVEL_RANGES } from './levels.ts'
import type { Coding } from './coding.ts'
import type { Levels } from './levels.ts'
import type { PerResponse } from './per-response.ts'

export interface GzipOptions {
  /**
   * The codings to offer; among those that a client weighs equally the first is used. One that the runtime does not have
   * is left out. Default `['br', 'zstd', 'gzip', 'deflate']`.
   */
  readonly codings?: readonly Coding[] | undefined
  /** How hard each coding tries: gzip and deflate 1–9 (default 6), br 0–11 (default 4), zstd 1–22 (default 3). */
  readonly level?: PerResponse<Levels> | undefined
  /** A body that is known to have fewer bytes than this is not coded. Default 1024. */
  readonly threshold?: PerResponse<number> | undefined
  /**
   * Which streamed responses hand on every chunk at once: `true` for all, or a function that picks them. Event streams and
   * NDJSON always do, and any other stream does when its source pauses. Default `false`.
   */
  readonly flush?: PerResponse<boolean> | undefined
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
  /** Whose `no-transform` counts: that of responses only (RFC 9111 §5.2.2.6), or of requests too (§5.2.1.6). Default `'response'`. */
  readonly noTransform?: 'response' | 'both' | undefined
  /**
   * Answer 406, without calling the app, to a client that accepts neither any coding offered nor content without one
   * (`identity;q=0`; RFC 9110 §12.5.3). Default `false`: it gets the content without a coding.
   */
  readonly refuse?: boolean | undefined
  /**
   * The most bytes of coded content to keep for later requests, for responses to GET that have a strong ETag and are not
   * private. Default 0: none.
   */
  readonly cache?: number | undefined
  /**
   * Against BREACH: responses are coded with gzip only, and made longer by a random number of bytes up to this one. Default 0.
   */
  readonly pad?: PerResponse<number> | undefined
}

/** The options with their defaults. */
export type GzipSettings = {
  readonly [Name in Exclude<keyof GzipOptions, 'filter'>]-?: NonNullable<GzipOptions[Name]>
} & Pick<GzipOptions, 'filter'>

/** @throws {TypeError} that names each option that is wrong and what was expected. */
export function gzipSettings(options: GzipOptions): GzipSettings {
  // No union for the level: its message could not say which one is wrong.
  const form = typeof options?.level === 'function' ? schemaWithLevelFunction : schema
  const settings = checkedOptions<GzipSettings>(form, options)
  if (settings.pad !== 0 && !settings.codings.includes('gzip')) {
    throw new TypeError(
      "@fsgi/middleware-gzip: option 'pad' needs 'gzip' among the codings: it is the one that is padded",
    )
  }
  return settings
}

const wholeNumber = (least: number, most: number, error: string) =>
  z.int(error).check(z.minimum(least, error), z.maximum(most, error))
const aFunction = <F>(error: string) => z.custom<F>((value) => typeof value === 'function', error)
const perResponse = (least: number, most: number, error: string) =>
  z.custom<PerResponse<number>>(
    (value) => typeof value === 'function' || wholeNumber(least, most, error).safeParse(value).success,
    error,
  )
const level = (coding: Coding) => {
  const [least, most] = LEVEL_RANGES[coding]
  return z._default(wholeNumber(least, most, `must be a whole number from ${least} to ${most}`), DEFAULT_LEVELS[coding])
}
const levels = z.prefault(
  z.strictObject(
    { br: level('br'), zstd: level('zstd'), gzip: level('gzip'), deflate: level('deflate') },
    'must be an object with a level per coding, such as { gzip: 6, br: 4 }',
  ),
  {},
)
const size = 'must be a whole number of bytes, 0 or more'
const padding = 'must be a whole number of bytes, 0 to 65535'

const schema = z.strictObject(
  {
    codings: z._default(
      z.array(z.enum(CODINGS, `must be one of ${CODINGS.join(', ')}`), 'must be an array of codings').check(
        z.minLength(1, 'must name at least one coding'),
        z.refine((list) => new Set(list).size === list.length, 'must name each coding once'),
      ),
      [...CODINGS],
    ),
    level: levels,
    threshold: z._default(perResponse(0, Number.MAX_SAFE_INTEGER, size), 1024),
    flush: z._default(
      z.custom<PerResponse<boolean>>(
        (value) => typeof value === 'function' || typeof value === 'boolean',
        'must be true, false or a function of (request, response)',
      ),
      false,
    ),
    etag: z._default(z.enum(['weaken', 'suffix'], "must be 'weaken' or 'suffix'"), 'weaken'),
    filter: z.optional(aFunction<NonNullable<GzipOptions['filter']>>('must be a function of (request, response)')),
    noTransform: z._default(z.enum(['response', 'both'], "must be 'response' or 'both'"), 'response'),
    refuse: z._default(z.boolean('must be true or false'), false),
    cache: z._default(wholeNumber(0, Number.MAX_SAFE_INTEGER, size), 0),
    pad: z._default(perResponse(0, 65_535, padding), 0),
  },
  'must be an object',
)

const schemaWithLevelFunction = z.extend(schema, {
  level: aFunction<(request: Request, response: Response) => Levels>('must be a function of (request, response)'),
})
