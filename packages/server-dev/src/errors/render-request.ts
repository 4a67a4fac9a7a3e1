import { escapeHtml } from './escape-html.ts'
import type { Field } from '../inspector/recorded.ts'
import type { SeenRequest } from './seen-request.ts'

/** The request that failed, and its context as the layer that threw had it. */
export function requestSection({ method, url, fields, context }: SeenRequest, layer: string | undefined): string {
  const whose = layer === undefined ? '' : ` <i>as ${escapeHtml(layer)} had it</i>`
  return `<details class="facts"><summary>Request <code>${escapeHtml(`${method} ${url}`)}</code></summary>${list(fields)}</details>
<details class="facts"><summary>Context${whose}</summary>${list(context)}</details>`
}

function list(fields: readonly Field[]): string {
  const rows = fields.map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value) || '<i>empty</i>'}</dd>`,
  )
  return `<dl>${rows.join('\n')}</dl>`
}
