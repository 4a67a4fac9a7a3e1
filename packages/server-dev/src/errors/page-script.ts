/** What makes the error page's buttons work. The page is of use without it. */
export const pageScript = `
const status = document.querySelector('[role=status]')
const say = (text) => { status.textContent = text }
let presses = 0 // what an earlier one comes to is no longer of interest
const token = document.querySelector('meta[name=fsgi-token]')?.content

async function post(path, body) {
  const mine = presses
  const tell = (text) => { if (mine === presses) say(text) }
  try {
    const response = await fetch('/__fsgi/api/' + path, {
      method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-fsgi-token': token },
    })
    tell(response.ok ? '' : await response.text())
  } catch {
    tell('The development server does not answer.')
  }
}

async function copy() {
  const text = document.querySelector('.raw pre')
  try {
    await navigator.clipboard.writeText(text.textContent)
    say('Copied.')
  } catch {
    // not allowed, or not over plain HTTP from another machine
    document.querySelector('.raw').open = true
    getSelection().selectAllChildren(text)
    say(document.execCommand('copy') ? 'Copied.' : 'The text is selected: copy it with the keyboard.')
  }
}

const actions = {
  copy,
  last: () => post('last', {}),
  open: ({ dataset: { file, line, column } }) => post('open', { file, line: Number(line), column: Number(column) }),
}
for (const button of document.querySelectorAll('button')) {
  button.hidden = false
  button.addEventListener('click', () => {
    presses++
    actions[button.dataset.do](button)
  })
}

// to reload the answer to a form would be to send the form again
addEventListener('fsgi:reload', (event) => {
  if (/^(GET|HEAD)$/.test(document.body.dataset.method)) return
  event.preventDefault()
  say('The code has changed: send the request again.')
})
`
