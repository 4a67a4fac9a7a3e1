/** The length that a response declares; null where it declares none that is valid. */
export function declaredLength({ headers }: Response): number | null {
  const value = headers.get('content-length')
  return value !== null && /^\d+$/.test(value) ? Number(value) : null
}
