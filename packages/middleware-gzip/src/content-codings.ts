/**
 * The codings of a Content-Encoding field, in the order in which they were applied, in lower case, without `identity` and
 * with `x-gzip` as what it is (RFC 9110 §8.4, §8.4.1.3). `null` if the field is malformed.
 */
export function contentCodings(field: string): string[] | null {
  const codings: string[] = []
  for (const member of field.split(',')) {
    const coding = member.trim().toLowerCase()
    if (coding === '' || coding === 'identity') continue
    if (!TOKEN.test(coding)) return null
    codings.push(coding === 'x-gzip' ? 'gzip' : coding)
  }
  return codings
}

const TOKEN = /^[!#$%&'*+\-.^_`|~\da-z]+$/
