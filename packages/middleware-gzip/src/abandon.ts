/** Gives up a response that is not returned: its source is told (SPEC M6). What goes wrong there concerns nobody any more. */
export function abandon(response: Response, reason?: unknown): void {
  if (response.bodyUsed || response.body?.locked === true) return
  response.body?.cancel(reason).catch(() => {})
}
