import { html, svg } from 'lit-html'

/** @import { TemplateResult } from 'lit-html' */

/** A small drawing that says nothing by itself: what it means stands beside it in words. @param {keyof typeof SHAPES} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`
}

const SHAPES = {
  pin: svg`<path d="M9.5 1.8 14.2 6.500 11.400 7.600 8.600 11.900 4.100 7.400 8.400 4.600ZM6.300 9.700 2 14" />`,
  replay: svg`<path d="M13.200 8a5.200 5.200 0 1 1-1.700-3.850M13.300 1.700v2.900h-2.900" />`,
  copy: svg`<path d="M5.500 5.500h8v8h-8zM3 10.500h-.500v-8h8V3" />`,
  rule: svg`<path d="M8 2 14.600 13.500H1.400ZM8 6.500v3.300M8 11.400v.7" />`,
  error: svg`<path d="M8 1.800a6.200 6.200 0 1 1 0 12.400A6.200 6.200 0 0 1 8 1.800M5.800 5.800l4.400 4.400M10.200 5.800l-4.400 4.400" />`,
  aborted: svg`<path d="M1.500 8h4.300M10.200 8h4.300M7 4.500l-1 7M10 4.500l-1 7" />`,
  back: svg`<path d="M9.800 3 4.800 8l5 5" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  pause: svg`<path d="M5.500 3.500v9M10.500 3.500v9" />`,
  play: svg`<path d="M5 3.200 12.200 8 5 12.800Z" />`,
  clear: svg`<path d="M2.500 4.500h11M6 4.500v-2h4v2M4 4.500l.600 9h6.800l.600-9" />`,
  filter: svg`<path d="M2 3.500h12M4.500 8h7M6.500 12.500h3" />`,
  help: svg`<path d="M5.900 6a2.100 2.100 0 1 1 3 2.100c-.700.350-.900.700-.900 1.500M8 11.600v.6" />`,
  down: svg`<path d="M8 2.500v11M4 9.500l4 4 4-4" />`,
  up: svg`<path d="M8 13.500v-11M4 6.500l4-4 4 4" />`,
}
