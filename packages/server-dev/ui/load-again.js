const KEY = 'fsgi inspector loaded again'
const PAUSE = 5000 // ms

/**
 * Loads the page anew, as the server was started anew: it has another token, and knows no exchange that is shown. Not if that
 * has just been done in vain; and not with a token in the address, which is the old one.
 */
export function loadAgain() {
  const last = Number(sessionStorage.getItem(KEY) ?? 0)
  if (location.search !== '' || Date.now() - last < PAUSE) return
  sessionStorage.setItem(KEY, String(Date.now()))
  history.replaceState(null, '', location.pathname)
  location.reload()
}
