const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(${MONTHS.join('|')})`
const TIME = '(\\d\\d):(\\d\\d):(\\d\\d)'
const IMF_FIXDATE = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`)
const RFC_850 = new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`)
const ASCTIME = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`)

/**
 * An HTTP-date in seconds since 1970, or `null` for anything else. All three forms that a recipient must accept
 * (RFC 9110 §5.6.7), and none of the many others that `Date.parse` does.
 */
export function parseHttpDate(text: string): number | null {
  const imf = IMF_FIXDATE.exec(text)
  if (imf !== null) return seconds(imf[3]!, imf[2]!, imf[1]!, imf[4]!, imf[5]!, imf[6]!)
  const rfc850 = RFC_850.exec(text)
  if (rfc850 !== null) return seconds(fullYear(rfc850[3]!), rfc850[2]!, rfc850[1]!, rfc850[4]!, rfc850[5]!, rfc850[6]!)
  const asctime = ASCTIME.exec(text)
  if (asctime !== null) return seconds(asctime[6]!, asctime[1]!, asctime[2]!, asctime[3]!, asctime[4]!, asctime[5]!)
  return null
}

function seconds(
  year: string,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
): number | null {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)]
  if (h > 23 || m > 59 || s > 60) return null // 60 is a leap second
  const time = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), h, m, s)
  return s < 60 && new Date(time).getUTCDate() !== Number(day) ? null : time / 1000
}

/** Two digits that look more than 50 years ahead mean the past (RFC 9110 §5.6.7). */
function fullYear(twoDigits: string): string {
  const now = new Date().getUTCFullYear()
  const year = now - (now % 100) + Number(twoDigits)
  return String(year > now + 50 ? year - 100 : year)
}
