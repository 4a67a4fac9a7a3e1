/** An option that is a value, or a function that gives the value for one response. */
export type PerResponse<T> = T | ((request: Request, response: Response) => T)

/** The whole number that an option says for this response. @throws {TypeError} if a function gave something else. */
export function numberFor(
  option: PerResponse<number>,
  name: string,
  [least, most]: readonly [number, number],
  request: Request,
  response: Response,
): number {
  if (typeof option !== 'function') return option // checked when the middleware was made
  return checkedNumber(option(request, response), name, [least, most])
}

/** @throws {TypeError} that names the option, what its function gave and what was expected. */
export function checkedNumber(value: unknown, name: string, [least, most]: readonly [number, number]): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`
  throw new TypeError(
    `@fsgi/middleware-gzip: the function of option '${name}' must give a whole number, ${range}, and gave ${String(value)}`,
  )
}
