/**
 * @import { Inspector, Screen } from './inspector.js'
 */

/**
 * Keeps the fragment of the page's address and what is shown the same: `#/12` is exchange 12, `#/findings` the broken rules. So
 * a reload shows the same again, and the browser's back button goes back.
 * @param {Inspector} inspector
 */
export function keepAddress(inspector) {
  let known = hashOf(inspector.screen)
  const follow = () => {
    const screen = screenOf(location.hash)
    known = hashOf(screen)
    inspector.show(screen)
  }
  if (location.hash !== '') follow()
  addEventListener('hashchange', follow)
  return {
    /** After something else may be shown. */
    tell() {
      const hash = hashOf(inspector.screen)
      document.title = titleOf(inspector)
      if (hash === known) return // that of a link may be on its way here
      known = hash
      if (hash === hashOf(screenOf(location.hash))) return
      const stays = hash !== '' && location.hash !== '' // from one exchange to the next is no step to come back from
      history[stays ? 'replaceState' : 'pushState'](null, '', hash === '' ? location.pathname + location.search : hash)
    },
  }
}

/** @param {string} hash @returns {Screen} */
export function screenOf(hash) {
  if (hash === '#/findings') return { name: 'findings' }
  const id = /^#\/([1-9]\d{0,14})$/.exec(hash)?.[1]
  return id === undefined ? { name: 'list' } : { name: 'exchange', id: Number(id) }
}

/** @param {Screen} screen */
export function hashOf(screen) {
  if (screen.name === 'list') return ''
  return screen.name === 'findings' ? '#/findings' : `#/${screen.id}`
}

/** @param {Inspector} inspector */
function titleOf({ screen, exchanges }) {
  const summary = screen.name === 'exchange' ? exchanges.get(screen.id) : undefined
  return `${summary === undefined ? '' : `${summary.method} ${summary.target} · `}Inspector · FSGI`
}
