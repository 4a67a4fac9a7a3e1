import { html, nothing } from 'lit-html'
import { bodyNotes, bodyWords } from '../body-words.js'
import { statusLine } from '../border-changes.js'
import { fieldLines } from './changes-view.js'

/** @import { Call, Field, RecordedBody } from '../../src/inspector/recorded.ts' */

/** The request, the context and the response at one border, in full. @param {Call} call */
export function messagesView({ request, context, response }) {
  const members = Object.entries(context)
  return html`<div class="messages sides">
    <div class="side">
      <h3>Request</h3>
      <p class="start"><b>${request.method}</b> ${request.url}</p>
      ${fieldLines(request.fields)} ${bodyLine(request.body, request.fields)}
      ${
        members.length === 0
          ? nothing
          : html`<h3>Context</h3>
              ${fieldLines(members)}`
      }
    </div>
    <div class="side">
      <h3>Response</h3>
      ${
        response === undefined
          ? html`<p class="same">none</p>`
          : html`<p class="start"><b>${statusLine(response)}</b></p>
              ${fieldLines(response.fields)} ${bodyLine(response.body, response.fields)}`
      }
    </div>
  </div>`
}

/**
 * @param {RecordedBody} body
 * @param {readonly Field[]} fields
 */
const bodyLine = (body, fields) =>
  html`<p class="body">${[bodyWords(body, fields), ...bodyNotes(body)].join(' · ')}</p>`
