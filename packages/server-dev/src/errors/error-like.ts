/** Whether a thrown value can be read as an Error, also one from another realm. */
export function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  const { name, message } = value as { name?: unknown; message?: unknown }
  return typeof name === 'string' && typeof message === 'string'
}
