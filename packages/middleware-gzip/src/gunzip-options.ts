import * as z from 'zod/mini'
import { checkedOptions } from './checked-options.ts'

export interface GunzipOptions {
  /** The most bytes that a body may have when it is decoded; `Infinity` for no limit. Default 10 MiB. */
  readonly maxBytes?: number | undefined
  /**
   * The most times as large that a body may be when it is decoded, once it has 64 KiB; `Infinity` for no limit. Default 100.
   */
  readonly maxRatio?: number | undefined
}

export interface GunzipSettings {
  readonly maxBytes: number
  readonly maxRatio: number
}

/** @throws {TypeError} that names each option that is wrong and what was expected. */
export function gunzipSettings(options: GunzipOptions): GunzipSettings {
  return checkedOptions(schema, options)
}

const atLeastOne = (error: string) => z.custom<number>((value) => typeof value === 'number' && value >= 1, error)

const schema: z.ZodMiniType<GunzipSettings> = z.strictObject(
  {
    maxBytes: z._default(atLeastOne('must be a number of bytes, 1 or more'), 10 * 1024 * 1024),
    maxRatio: z._default(atLeastOne('must be a number, 1 or more'), 100),
  },
  'must be an object',
)
