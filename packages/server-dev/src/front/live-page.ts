/** How a page of ours learns that the code has changed. */
export interface LivePage {
  /** A script for the end of the page. */
  readonly script: string
}

/**
 * A page made by version `version` of the code reloads itself as soon as there is another one. After a POST it only says so,
 * because to reload would be to send the form again.
 */
export function livePage(version: number, token: string, method: string): LivePage {
  const address = `/__fsgi/changes?version=${version}&token=${encodeURIComponent(token)}`
  const again =
    method === 'GET' || method === 'HEAD'
      ? 'location.reload()'
      : 'document.querySelector("footer").textContent = "The code has changed: send the request again."'
  // closed for good: the server was started anew, and has another token
  const script = `const changes = new EventSource(${JSON.stringify(address)})
const again = () => { changes.close(); ${again} }
changes.addEventListener('changed', again)
changes.addEventListener('error', () => { if (changes.readyState === EventSource.CLOSED) setTimeout(again, 1000) })`
  return { script: script.replaceAll('<', '\\u003c') }
}
