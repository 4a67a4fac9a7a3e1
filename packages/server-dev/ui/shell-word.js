/**
 * A text as one word for a POSIX shell: as it is where nothing in it has a meaning, else between single quotes.
 * @param {string} text
 */
export function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
