// The page works without this. With it, signing needs no reload, times are relative, and earlier entries join the list.
import { initial, tint } from './avatar.js'

/** @typedef {{ id: number, name: string, text: string, createdAt: string }} Message */

const form = /** @type {HTMLFormElement} */ (document.querySelector('form'))
const name = /** @type {HTMLInputElement} */ (document.querySelector('#name'))
const text = /** @type {HTMLTextAreaElement} */ (document.querySelector('#text'))
const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'))
const notice = /** @type {HTMLElement} */ (document.querySelector('#notice'))
const list = /** @type {HTMLElement} */ (document.querySelector('#messages'))
const template = /** @type {HTMLTemplateElement} */ (document.querySelector('#entry'))

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

form.noValidate = true // the reasons appear beside the fields
form.addEventListener('submit', (event) => {
  event.preventDefault()
  void sign()
})
text.addEventListener('input', showCount)
text.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
})
document.querySelector('#older')?.addEventListener('click', (event) => {
  event.preventDefault()
  void showOlder(/** @type {HTMLAnchorElement} */ (event.currentTarget))
})
showCount()
showTimes()
setInterval(showTimes, 60_000)
void countVisit()

async function sign() {
  if (button.ariaDisabled === 'true') return
  button.ariaDisabled = 'true' // not disabled: that would lose the focus
  try {
    const response = await fetch('/api/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: name.value, text: text.value }),
    })
    const answer = await response.json()
    showReasons(answer.reasons ?? [])
    if (response.status === 201) signed(answer)
    else if (answer.reasons.length === 0) tell(answer.error, true)
  } catch {
    tell('Your message could not be sent. It is still here: please try again.', true)
  } finally {
    button.ariaDisabled = 'false'
  }
}

/** @param {Message} message */
function signed(message) {
  if (!('older' in list.dataset)) {
    const entry = fill(message)
    entry.classList.add('new')
    list.prepend(entry)
    document.querySelector('#empty')?.setAttribute('hidden', '')
  }
  text.value = ''
  showCount()
  text.focus()
  tell(`Thank you, ${message.name}. Your message is in the book.`)
}

/** @param {string} what */
function tell(what, wrong = false) {
  notice.textContent = what
  notice.classList.toggle('wrong', wrong)
}

/** @param {{ path: string, message: string }[]} reasons */
function showReasons(reasons) {
  tell('')
  for (const field of [text, name]) {
    const why = reasons.filter(({ path }) => path === field.id).map(({ message }) => message)
    field.ariaInvalid = String(why.length > 0)
    const place = /** @type {HTMLElement} */ (document.querySelector(`#${field.id}-error`))
    place.textContent = why.join(' ')
    if (why.length > 0) field.focus() // the first of them last, and its description is read out
  }
}

/** An entry of the list: the server's own, as a template. @param {Message} message */
function fill({ id, name, text, createdAt }) {
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true))
  /** @param {string} selector @param {string} value */
  const put = (selector, value) => {
    const place = /** @type {HTMLElement} */ (copy.querySelector(selector))
    place.textContent = value // never markup
    return place
  }
  put('.avatar', initial(name)).className = `avatar ${tint(name)}`
  put('strong', name)
  put('.text', text)
  put('time', relative(createdAt)).setAttribute('datetime', createdAt)
  const entry = /** @type {HTMLElement} */ (copy.querySelector('li'))
  entry.id = `message-${id}`
  return entry
}

/** @param {HTMLAnchorElement} link */
async function showOlder(link) {
  const before = new URL(link.href).searchParams.get('before')
  try {
    const response = await fetch(`/api/messages?before=${before}&limit=20`)
    if (!response.ok) throw new Error(`status ${response.status}`)
    /** @type {Message[]} */
    const messages = await response.json()
    const entries = messages.map(fill)
    list.append(...entries)
    if (response.headers.has('link')) link.href = `/?before=${messages.at(-1)?.id}`
    else link.remove()
    entries[0]?.setAttribute('tabindex', '-1')
    entries[0]?.focus() // who reads on with the keyboard goes on with the first of them
  } catch {
    location.href = link.href
  }
}

async function countVisit() {
  const response = await fetch('/api/visits')
  const { visits } = await response.json()
  const place = /** @type {HTMLElement} */ (document.querySelector('#visits'))
  place.textContent =
    visits === 1 ? 'Welcome: this is your first visit.' : `Welcome back: this is your ${nth(visits)} visit.`
  place.hidden = false
}

function showCount() {
  const place = /** @type {HTMLElement} */ (document.querySelector('#count'))
  const left = text.maxLength - text.value.length
  place.textContent = `${left} left`
  place.hidden = false
}

function showTimes() {
  for (const time of list.querySelectorAll('time')) {
    time.title ||= new Date(time.dateTime).toLocaleString('en', { dateStyle: 'full', timeStyle: 'short' })
    time.textContent = relative(time.dateTime)
  }
}

/** `5 minutes ago`, `yesterday`, `3 weeks ago`. @param {string} iso */
function relative(iso) {
  const seconds = Math.min(0, (Date.parse(iso) - Date.now()) / 1000) // clocks differ: never in the future
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const [unit, length] of UNITS) if (-seconds >= length) return format.format(Math.ceil(seconds / length), unit)
  return 'just now'
}

/** @param {number} n */
function nth(n) {
  /** @type {Record<string, string>} */
  const endings = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
  return n + (endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)] ?? 'th')
}
