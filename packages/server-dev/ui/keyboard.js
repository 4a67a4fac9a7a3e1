/** @import { Inspector } from './inspector.js' */

/** What the keys do, in the words of the help. @type {readonly (readonly [keys: readonly string[], meaning: string])[]} */
export const KEYS = [
  [['j', '↓'], 'the next exchange, older'],
  [['k', '↑'], 'the one before, newer'],
  [['Enter'], 'open it'],
  [['Esc'], 'back to the list'],
  [['/'], 'search'],
  [['f'], 'to the filters'],
  [['p'], 'pin, or no longer'],
  [['r'], 'send the request again'],
  [['c'], 'copy as a curl command'],
  [['Space'], 'pause the list, or go on'],
  [['x'], 'clear the list, but for what is pinned'],
  [['?'], 'this help'],
]

/**
 * Keys work wherever the focus is, but in fields; arrows move the list only where they have nothing to scroll.
 * @param {Inspector} inspector
 */
export function listenToKeys(inspector) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    const action = actionOf(event, inspector)
    if (action === undefined) return
    event.preventDefault()
    action()
  })
}

/**
 * @param {KeyboardEvent} event
 * @param {Inspector} inspector
 * @returns {(() => unknown) | undefined}
 */
function actionOf({ key, target }, inspector) {
  const element = target instanceof Element ? target : document.body
  if (key === 'Escape') return () => escape(element, inspector)
  if (inspector.help) return key === '?' ? () => inspector.toggleHelp(false) : undefined
  if (element.matches('input, textarea')) return key === 'Enter' ? () => focus('.rows') : undefined
  const inList = element === document.body || element.closest('.rows') !== null
  const id = inspector.screen.name === 'exchange' ? inspector.screen.id : inspector.cursor
  const withId = (/** @type {(id: number) => unknown} */ act) => (id === undefined ? undefined : () => act(id))
  if (inList && key === 'ArrowDown') return () => inspector.move(1)
  if (inList && key === 'ArrowUp') return () => inspector.move(-1)
  if (inList && key === 'PageDown') return () => inspector.move(20)
  if (inList && key === 'PageUp') return () => inspector.move(-20)
  if (inList && key === 'Home') return () => inspector.move(-Infinity)
  if (inList && key === 'End') return () => inspector.move(Infinity)
  if (inList && key === 'Enter') return withId((id) => open(id, inspector))
  if (key === ' ' && inList) return () => inspector.togglePause()
  switch (key) {
    case 'j':
      return () => inspector.move(1)
    case 'k':
      return () => inspector.move(-1)
    case '/':
      return () => focus('.search input')
    case 'f':
      return () => focus('.filters button, .filters select')
    case 'p':
      return withId((id) => inspector.pin(id))
    case 'r':
      return withId((id) => inspector.replay(id))
    case 'c':
      return withId((id) => inspector.copyCurl(id))
    case 'x':
      return () => inspector.clear()
    case '?':
      return () => inspector.toggleHelp(true)
    default:
      return undefined
  }
}

/**
 * @param {number} id
 * @param {Inspector} inspector
 */
function open(id, inspector) {
  inspector.show({ name: 'exchange', id })
  requestAnimationFrame(() => requestAnimationFrame(() => focus('.detail h1')))
}

/**
 * One step back: out of the help, out of the search, out of the exchange.
 * @param {Element} element
 * @param {Inspector} inspector
 */
function escape(element, inspector) {
  if (inspector.help) return inspector.toggleHelp(false)
  if (element.matches('input')) {
    if (inspector.filters.text !== '') return inspector.filter({ text: '' })
    return focus('.rows')
  }
  inspector.show({ name: 'list' })
  requestAnimationFrame(() => requestAnimationFrame(() => focus('.rows')))
}

/** @param {string} selector */
function focus(selector) {
  const element = document.querySelector(selector)
  if (element instanceof HTMLElement) element.focus()
}
