/** What a request path asks for: a name below the root, and whether it ended in a slash and so means a directory. */
export interface FilePath {
  readonly name: string
  readonly directory: boolean
}

/**
 * Turns `context.path` into a name that is safe on every platform, or `null` if it cannot be one. The path is decoded
 * already but for escapes from a closed list (SPEC, "The path"); of these only `%25` can be part of a file's name, and it is
 * turned into `%` last, so that nothing here or below decodes twice.
 */
export function filePath(path: string, dotfiles: boolean | readonly string[]): FilePath | null {
  if (path === '' || path === '/') return { name: '', directory: path === '/' }
  if (/%(?!25)/.test(path)) return null
  const directory = path.endsWith('/')
  const name = path.slice(1, directory ? -1 : undefined).replaceAll('%25', '%')
  for (const segment of name.split('/')) {
    if (!isSafeSegment(segment) || (segment.startsWith('.') && !isAllowed(segment, dotfiles))) return null
  }
  return { name, directory }
}

/** Whether one segment of a path can be the name of a file, and nothing else, on Windows, macOS and Linux alike. */
export function isSafeSegment(segment: string): boolean {
  return segment !== '' && !UNSAFE.test(segment) && !DEVICE.test(segment) && !SHORT_NAME.test(segment)
}

function isAllowed(segment: string, dotfiles: boolean | readonly string[]): boolean {
  return typeof dotfiles === 'boolean' ? dotfiles : dotfiles.includes(segment)
}

/**
 * A control character; a border or a stream (`a:b`, `C:`, `file::$DATA`) on Windows; a dot or a space at the end, which
 * Windows drops, and so every segment that is made of dots.
 */
const UNSAFE = /[\u0000-\u001f\u007f\\/:]|[. ]$/ // oxlint-disable-line no-control-regex

/** What Windows takes for a device in any directory and with any extension (`aux.js`), superscript digits included. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:\.|$)/i

/** The second name that Windows gives to a file with a long one: `SECRET~1.TXT`. */
const SHORT_NAME = /^[^.]{0,7}~\d+(?:\.[^.]{0,3})?$/
