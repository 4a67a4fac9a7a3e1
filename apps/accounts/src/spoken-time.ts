/** `3 hours ago`, `in 2 days`, `just now`: needs no time zone, which the server does not know. */
export function spokenTime(time: number, now: number): string {
  const distance = time - now
  const [unit, milliseconds] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? ['minute', 0]
  return milliseconds === 0 ? 'just now' : relative.format(Math.round(distance / milliseconds), unit)
}

const UNITS = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'always' })
