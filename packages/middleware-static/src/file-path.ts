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
  if (PLAIN.test(path)) return { name: path.slice(1), directory: false }
  if (path === '' || path === '/') return { name: '', directory: path === '/' }
  if (/%(?!25)/.test(path)) return null
  const directory = path.endsWith('/')
  const name = path.slice(1, directory ? -1 : undefined).replaceAll('%25', '%')
  const shown = !HIDDEN.test(name) || name.split('/').every((segment) => isShown(segment, dotfiles))
  return shown && isSafeName(name) ? { name, directory } : null
}

function isShown(segment: string, dotfiles: boolean | readonly string[]): boolean {
  return !segment.startsWith('.') || (typeof dotfiles === 'boolean' ? dotfiles : dotfiles.includes(segment))
}

/** Nearly every path, which needs no closer look: words with dots between, none of which is a device (see below). */
const PLAIN = /^(?:\/(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$))[\w-]+(?:\.[\w-]+)*)+$/i

/** Whether one segment of a path can be the name of a file, and nothing else, on Windows, macOS and Linux alike. */
export function isSafeSegment(segment: string): boolean {
  return isSafeName(segment) && !segment.includes('/')
}

/** The same of all segments of a name, which are between its slashes. */
function isSafeName(name: string): boolean {
  return !UNSAFE.test(name) && !DEVICE.test(name) && !(name.includes('~') && SHORT_NAME.test(name))
}

/**
 * A control character; a border or a stream (`a:b`, `C:`, `file::$DATA`) on Windows; an empty segment; a dot or a space at
 * the end of one, which Windows drops, and so every segment that is made of dots.
 */
const UNSAFE = /[\u0000-\u001f\u007f\\:]|^\/|\/\/|[. /]$|[. ]\/|^$/ // oxlint-disable-line no-control-regex

/** What Windows takes for a device in any directory and with any extension (`aux.js`), superscript digits included. */
const DEVICE = /(?:^|\/)(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:[./]|$)/i

/** The second name that Windows gives to a file with a long one: `SECRET~1.TXT`. */
const SHORT_NAME = /(?:^|\/)[^./]{0,7}~\d+(?:\.[^./]{0,3})?(?:\/|$)/

const HIDDEN = /(?:^|\/)\./
