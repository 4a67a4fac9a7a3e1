import { html, nothing } from 'lit-html'
import { counted } from '../format.js'
import { icon } from './icons.js'

/** @import { Inspector } from '../inspector.js' */

/** @param {Inspector} inspector */
export function headerView(inspector) {
  const { connection, version, findings, screen } = inspector
  return html`<header class="top">
      <span class="brand"><b>FSGI</b> Inspector</span>
      <span class="connection ${connection}" role="status">${CONNECTIONS[connection]}</span>
      ${version === undefined ? nothing : html`<span class="version">code <b>${version}</b></span>`}
      <span class="room"></span>
      ${
        findings.length === 0
          ? nothing
          : html`<button
              class="broken"
              aria-label="${counted(findings.length, 'rule')} broken"
              aria-pressed=${screen.name === 'findings'}
              @click=${() => inspector.show({ name: screen.name === 'findings' ? 'list' : 'findings' })}
            >
              ${icon('rule')}<span>${counted(findings.length, 'rule')} broken</span
              ><b aria-hidden="true">${findings.length}</b>
            </button>`
      }
      <button class="keys" aria-label="Keys" title="Keys: ?" @click=${() => inspector.toggleHelp()}>?</button>
    </header>
    ${banner(inspector)}`
}

const CONNECTIONS = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost',
  refused: 'restarted',
}

/** What stands in the way, in full. @param {Inspector} inspector */
function banner(inspector) {
  const { connection, failed } = inspector
  if (connection === 'lost') {
    return html`<p class="banner warn" role="alert">
      The development server does not answer. What is shown is the last that was known; this page tries again by itself.
    </p>`
  }
  if (connection === 'refused') {
    return html`<p class="banner warn" role="alert">
      The development server was started anew, and this page is not its own. <a href="">Load the page again</a>; from
      another machine, with the address that the terminal has printed.
    </p>`
  }
  if (failed !== null)
    return html`<p class="banner bad" role="alert">
      The newest code did not start: <code>${failed}</code>
      <button @click=${() => inspector.useLast()}>Use the last working version</button>
    </p>`
  return nothing
}
