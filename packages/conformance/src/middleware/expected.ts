/** Fails unless the two are the same JSON. */
export function expected(what: string, seen: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${what}: expected ${b}, saw ${a}`)
}

/** The text of a body, or the message of the error that reading it ends with. */
export function textOf(message: Request | Response): Promise<string> {
  return message.text().catch((error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`)
}
