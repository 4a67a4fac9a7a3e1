// Keeps a page up to date while its application is being written: reloads it when the code changes, swaps stylesheets where
// they stand. The development server appends it to HTML pages. Before a reload `fsgi:reload` is dispatched on `window`: who
// cancels it keeps the page.

performance.setResourceTimingBufferSize(5000) // `uses` looks there; browsers keep 250
/** Stylesheets whose successor is on its way. @type {WeakSet<Element>} */
const leaving = new WeakSet()
let pause = 250 // ms until the next try
connect()

/** While the page is seen: browsers have few connections for a server, and tabs in the background would hold them all. */
function connect() {
  if (document.hidden) {
    document.addEventListener('visibilitychange', connect, { once: true })
    return
  }
  const changes = new EventSource(`/__fsgi/changes?${newness()}`)
  const hidden = () => document.hidden && again(0)
  /** @param {number} wait */
  function again(wait) {
    changes.close()
    document.removeEventListener('visibilitychange', hidden)
    setTimeout(connect, wait)
  }
  document.addEventListener('visibilitychange', hidden)
  changes.addEventListener('open', () => (pause = 250))
  changes.addEventListener('changed', reload)
  changes.addEventListener('css', ({ data }) => swap(data))
  changes.addEventListener('asset', ({ data }) => uses(data) && reload())
  changes.addEventListener('error', () => {
    again(pause)
    pause = Math.min(pause * 2, 4000)
  })
}

/**
 * By which the server knows what the page has missed: the name of the moment it was answered at, or the milliseconds since it
 * was asked for. Browsers keep Server-Timing from origins that are not secure; and a page that was loaded again because of its
 * name, and still has it, has it from the cache.
 */
function newness() {
  const { asOf, requestStart = 0 } = answer()
  if (asOf !== undefined && asOf !== sessionStorage.getItem('fsgi:reloaded')) return `as-of=${asOf}`
  return `age=${Math.ceil(performance.now() - requestStart)}`
}

/** What the browser knows of the page's own answer. */
function answer() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'))
  const asOf = navigation?.serverTiming?.find(({ name }) => name === 'fsgi')?.description
  return { asOf, requestStart: navigation?.requestStart }
}

function reload() {
  if (!dispatchEvent(new Event('fsgi:reload', { cancelable: true }))) return
  sessionStorage.setItem('fsgi:reloaded', answer().asOf ?? '')
  location.reload()
}

/** Replaces the page's stylesheets of this name, each as soon as the new one is there. @param {string} name */
function swap(name) {
  const links = [...document.querySelectorAll('link')].filter(
    (link) => link.relList.contains('stylesheet') && isOwn(link.href) && nameOf(link.href) === name,
  )
  if (links.length === 0 && uses(name)) return reload() // imported by another stylesheet
  for (const link of links) {
    if (leaving.has(link)) continue
    if (link.integrity !== '') return reload()
    leaving.add(link)
    const next = /** @type {HTMLLinkElement} */ (link.cloneNode())
    const url = new URL(link.href)
    url.searchParams.set('fsgi', String(Date.now()))
    next.href = url.href
    next.nonce = link.nonce
    next.addEventListener('load', () => link.remove())
    next.addEventListener('error', () => {
      next.remove()
      leaving.delete(link)
    })
    link.after(next)
  }
}

/** Whether the page, or something on it, was loaded from a file of this name. What it fetches is data. @param {string} name */
function uses(name) {
  const path = nameOf(location.href)
  if (name === path || name === `${path}.html` || (path === '' && name === 'index.html')) return true
  const resources = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'))
  return resources.some(
    ({ name: url, initiatorType }) =>
      !['fetch', 'xmlhttprequest', 'beacon'].includes(initiatorType) && isOwn(url) && nameOf(url) === name,
  )
}

/** @param {string} url */
function isOwn(url) {
  return URL.canParse(url) && new URL(url).origin === location.origin
}

/** The last segment of its path, decoded. @param {string} url */
function nameOf(url) {
  const last = new URL(url).pathname.replace(/^.*\//, '')
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
