import { html, nothing } from 'lit-html'
import { errorView } from './error-view.js'
import { icon } from './icons.js'

/**
 * @import { ErrorReport } from '../../src/errors/error-report.ts'
 * @import { Recorded, RecordedEvent } from '../../src/inspector/recorded.ts'
 * @import { Inspector } from '../inspector.js'
 * @import { Layer } from '../layers.js'
 */

/**
 * What went wrong, first: errors with the layer that threw, then the rules that were broken.
 * @param {Recorded} recorded
 * @param {Layer | undefined} stack
 * @param {Inspector} inspector
 */
export function problemsView({ events, outcome }, stack, inspector) {
  const thrown = stack === undefined ? [] : thrownIn(stack)
  const outside = outcome?.error !== undefined && thrown.length === 0 ? [outcome.error] : []
  const findings = events.filter((event) => event.type === 'finding')
  if (thrown.length + outside.length + findings.length === 0) return nothing
  return html`<section class="problems" aria-label="What went wrong">
    ${thrown.map(
      ({ layer, which, error, caughtBy }) =>
        html`<div class="problem bad">
          ${icon('error')}
          <div>
            <p class="where">
              <b>${layer}</b> threw${which}${caughtBy === undefined ? nothing : html`, and <b>${caughtBy}</b> went on`}
            </p>
            ${errorView(error, inspector)}
          </div>
        </div>`,
    )}
    ${outside.map(
      (error) =>
        html`<div class="problem bad">
          ${icon('error')}
          <div>
            <p class="where">The exchange failed</p>
            ${errorView(error, inspector)}
          </div>
        </div>`,
    )}
    ${findings.map(findingView)}
  </section>`
}

/** @param {Extract<RecordedEvent, { type: 'finding' }>} finding */
export function findingView({ level, layer, rule, message }) {
  return html`<div class="problem ${level === 'error' ? 'bad' : 'warn'}">
    ${icon('rule')}
    <div>
      <p class="where"><b class="rule">${rule}</b> broken by <b>${layer}</b></p>
      <p>${withoutRule(message)}</p>
    </div>
  </div>`
}

/** The rule stands beside it. @param {string} message */
export const withoutRule = (message) => message.replace(/^\[fsgi [A-Z]\d+\] /, '')

/**
 * Each error where it came from, not where it passed; and the layer that caught it, if one did.
 * @param {Layer} layer
 * @param {string} [catcher] the nearest layer above that has not thrown
 * @returns {{ layer: string, which: string, error: ErrorReport, caughtBy: string | undefined }[]}
 */
function thrownIn({ answered, call, inner, attempt, attempts }, catcher) {
  const threw = answered.how === 'threw'
  const own =
    threw && !answered.passedOn
      ? [
          {
            layer: call.layer,
            which: attempts > 1 ? `, call ${attempt} of ${attempts}` : '',
            error: answered.error,
            caughtBy: catcher,
          },
        ]
      : []
  return [...own, ...inner.flatMap((below) => thrownIn(below, threw ? catcher : call.layer))]
}
