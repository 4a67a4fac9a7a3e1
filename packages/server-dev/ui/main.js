import { render } from 'lit-html'
import { makeApi } from './api.js'
import { Inspector } from './inspector.js'
import { keepAddress } from './address.js'
import { listenToKeys } from './keyboard.js'
import { pageView } from './views/page-view.js'
import { VirtualList } from './virtual-list.js'

const root = /** @type {HTMLElement} */ (document.getElementById('app'))
const token = document.querySelector('meta[name="fsgi-token"]')?.getAttribute('content') ?? ''
const list = new VirtualList()
let waits = false

const inspector = new Inspector(makeApi(token), () => {
  if (waits) return
  waits = true
  requestAnimationFrame(draw) // many changes at once are drawn once
})
const address = keepAddress(inspector)
const sized = new ResizeObserver(() => inspector.changed()) // also when the style sheets come after the first drawing
/** @type {HTMLElement | null} */
let box = null
listenToKeys(inspector)
inspector.follow()
draw()

function draw() {
  waits = false
  if (box !== null) list.measure(box)
  render(pageView(inspector, list), root)
  /** @type {HTMLElement | null} */
  const now = root.querySelector('.rows')
  if (now !== box) {
    sized.disconnect()
    if (now !== null) sized.observe(now)
    box = now
  }
  if (box !== null) list.settle(box)
  address.tell()
}
