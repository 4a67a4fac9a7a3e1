/**
 * A duration in as many digits as mean something: `0.42 ms`, `3.1 ms`, `128 ms`, `1.28 s`, `2 min 5 s`.
 * @param {number} value milliseconds
 */
export function duration(value) {
  if (value < 0.995) return `${value < 0.005 ? '0' : value.toFixed(2)} ms`
  if (value < 9.95) return `${value.toFixed(1)} ms`
  if (value < 999.5) return `${Math.round(value)} ms`
  if (value < 59_995) return `${(value / 1000).toFixed(2)} s`
  const seconds = Math.round(value / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/**
 * A number of bytes, in units of 1000 as browsers have them: `512 B`, `1.2 kB`, `34 kB`, `1.5 MB`.
 * @param {number} value
 */
export function size(value) {
  if (value < 1000) return `${value} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let unit = -1
  do {
    value /= 1000
    unit++
  } while (value >= 999.5 && unit < units.length - 1)
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/**
 * The time of day where the reader is: `14:03:12`.
 * @param {number} at milliseconds since 1970
 */
export function clock(at) {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

/**
 * `1 rule`, `2 rules`.
 * @param {number} count
 * @param {string} one
 */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`
}
