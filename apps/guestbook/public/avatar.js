// What the server and the browser both need to show who wrote: one module for both.

/** @param {string} name */
export function initial(name) {
  return (name.match(/[\p{L}\p{N}]/u)?.[0] ?? '?').toUpperCase()
}

/** One of six tints for a name, always the same one. @param {string} name */
export function tint(name) {
  let sum = 0
  for (const char of name.toLowerCase()) sum += char.codePointAt(0) ?? 0
  return `tint-${sum % 6}`
}
