import { percentEncoded } from './percent-encoded.ts'

/**
 * The field that has a browser save a file under a name instead of showing it (RFC 6266 §4). A name that is not plain ASCII is
 * sent twice: in the extended form (RFC 8187), and with `_` for the rest for clients that do not know that.
 */
export function contentDisposition(name: string): string {
  const plain = name.normalize('NFC').replace(NOT_PLAIN, '_')
  if (plain === name) return `attachment; filename="${plain}"`
  const extended = percentEncoded(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`
}

/** What clients read in different ways inside quotes (RFC 6266, appendix D), and what is no ASCII. */
const NOT_PLAIN = /["%\\/]|[^\x20-\x7e]/gu
