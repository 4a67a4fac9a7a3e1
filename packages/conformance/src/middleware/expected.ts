/** Fails unless the two are the same JSON. */
export function expected(what: string, seen: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${what}: expected ${b}, saw ${a}`)
}

/** Fails if lint found anything. */
export function clean(findings: readonly string[]): void {
  if (findings.length > 0) throw new Error(`lint found: ${findings.join('; ')}`)
}

/** The text of a body, or the message of the error that reading it ends with. */
export function textOf(response: Response): Promise<string> {
  return response.text().catch((error: unknown) => `failed: ${error instanceof Error ? error.message : String(error)}`)
}
