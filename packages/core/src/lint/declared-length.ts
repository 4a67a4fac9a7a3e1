/** The length that a message declares; null where it declares none that is valid. */
export function declaredLength({ headers }: Request | Response): number | null {
  const value = headers.get('content-length')
  return value !== null && /^\d+$/.test(value) ? Number(value) : null
}
