import { html, nothing } from 'lit-html'
import { counted } from '../format.js'
import { exchangeLink, titleBar } from './exchange-view.js'
import { icon } from './icons.js'
import { withoutRule } from './problems-view.js'

/** @import { Inspector } from '../inspector.js' */

/** The rules of the specification that the code broke, each once. @param {Inspector} inspector */
export function findingsView(inspector) {
  const { findings } = inspector
  return html`${titleBar('Broken rules', inspector)}
  ${
    findings.length === 0
      ? html`<p class="aside">No rule has been broken.</p>`
      : html`<ul class="problems all">
          ${findings.map(
            ({ rule, level, layer, message, count, exchange }) =>
              html`<li class="problem ${level === 'error' ? 'bad' : 'warn'}">
                ${icon('rule')}
                <div>
                  <p class="where"><b class="rule">${rule}</b> broken by <b>${layer}</b></p>
                  <p>${withoutRule(message)}</p>
                  <p class="times">
                    ${counted(count, 'time')}${exchange === undefined ? nothing : html`, last in ${exchangeLink(exchange)}`}
                  </p>
                </div>
              </li>`,
          )}
        </ul>`
  }`
}
