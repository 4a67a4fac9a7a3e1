import { html, nothing } from 'lit-html'
import { counted } from '../format.js'

/**
 * @import { TemplateResult } from 'lit-html'
 * @import { ErrorReport } from '../../src/errors/error-report.ts'
 * @import { Frame } from '../../src/errors/stack-frames.ts'
 * @import { Inspector } from '../inspector.js'
 */

/**
 * An error, the frames of the project's own code as buttons that open the editor, and its causes.
 * @param {ErrorReport} error
 * @param {Inspector} inspector
 * @returns {TemplateResult}
 */
export function errorView({ name, code, message, frames, cause, errors = [] }, inspector) {
  const own = frames.filter(isOwn).slice(0, MOST)
  const others = frames.filter((frame) => !own.includes(frame))
  return html`<div class="error">
    <p class="message"><b>${name}${code === undefined ? '' : ` (${code})`}</b> ${message}</p>
    ${
      own.length === 0
        ? nothing
        : html`<ol class="frames">
            ${own.map((frame) => html`<li>${frameButton(frame, inspector)}</li>`)}
          </ol>`
    }
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${counted(others.length, 'more frame')}</summary>
            <ol class="frames">
              ${others.map((frame) => html`<li>${frame.call} <i>${place(frame)}</i></li>`)}
            </ol>
          </details>`
    }
    ${errors.map((inner) => inside('One of several', inner, inspector))}
    ${cause === undefined ? nothing : inside('Caused by', cause, inspector)}
  </div>`
}

const MOST = 6 // frames at once; those of libraries are not among them

/**
 * @param {string} label
 * @param {ErrorReport} error
 * @param {Inspector} inspector
 */
const inside = (label, error, inspector) =>
  html`<div class="inner">
    <p class="label">${label}</p>
    ${errorView(error, inspector)}
  </div>`

/**
 * @param {Frame} frame
 * @param {Inspector} inspector
 */
function frameButton(frame, inspector) {
  const { call, file, line, column } = frame
  return html`<button
    class="frame"
    title="Open ${file}:${line}:${column} in the editor"
    @click=${() => inspector.openInEditor(frame)}
  >
    <span>${call === '' ? 'top level' : call}</span> <i>${place(frame)}</i>
  </button>`
}

/** @param {Frame} frame */
const isOwn = ({ file }) => !/^(?:node|internal|wasm|<)/.test(file) && !/[\\/]node_modules[\\/]/.test(file)

/** The end of the path, enough to know it again. @param {Frame} frame */
function place({ file, line, column }) {
  const parts = file.split(/[\\/]/)
  const installed = parts.lastIndexOf('node_modules')
  const short = installed >= 0 ? parts.slice(installed + 1) : parts.slice(-3)
  return `${short.length < parts.length ? '…/' : ''}${short.join('/')}:${line}:${column}`
}
