/** A name as it is kept and shown: no control characters, nothing that turns the text around it, single spaces. */
export function cleanName(name: string): string {
  return name.replaceAll(UNWANTED, '').replaceAll(/\s+/gu, ' ').trim().normalize('NFC')
}

/** What makes two names the same: `Ada`, `ada` and `ＡＤＡ` are one account. */
export function nameKey(name: string): string {
  return cleanName(name).normalize('NFKC').toLowerCase()
}

/** Lone surrogates, control characters (libsql ends a text at NUL), zero-width and bidirectional controls. */
const UNWANTED = /\p{Cs}|[^\P{Cc}\n\t]|[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu
