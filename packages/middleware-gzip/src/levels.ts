import { checkedNumber } from './per-response.ts'
import type { Coding } from './coding.ts'
import type { PerResponse } from './per-response.ts'

/** How hard each coding tries. */
export type Levels = { readonly [C in Coding]?: number | undefined }

/** The least and the most that each library takes. */
export const LEVEL_RANGES: Readonly<Record<Coding, readonly [number, number]>> = {
  br: [0, 11],
  zstd: [1, 22],
  gzip: [1, 9],
  deflate: [1, 9],
}

/** Where more effort stops paying for content that is made per request. */
export const DEFAULT_LEVELS: Readonly<Record<Coding, number>> = { br: 4, zstd: 3, gzip: 6, deflate: 6 }

/** The level for one response in one coding. @throws {TypeError} if the option's function gave none that there is. */
export function levelFor(option: PerResponse<Levels>, coding: Coding, request: Request, response: Response): number {
  if (typeof option !== 'function') return option[coding] ?? DEFAULT_LEVELS[coding]
  const level = option(request, response)?.[coding]
  return level === undefined ? DEFAULT_LEVELS[coding] : checkedNumber(level, `level.${coding}`, LEVEL_RANGES[coding])
}
