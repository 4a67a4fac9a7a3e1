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
listenToKeys(inspector)
addEventListener('resize', () => inspector.changed())
inspector.follow()
draw()

function draw() {
  waits = false
  const before = box()
  if (before !== null) list.measure(before)
  render(pageView(inspector, list), root)
  const now = box()
  if (now !== null) {
    if (before === null) inspector.changed() // its height is known now
    list.settle(now)
  }
  address.tell()
}

/** @returns {HTMLElement | null} */
function box() {
  return root.querySelector('.rows')
}
