import { html, svg } from 'lit-html'

/** A small drawing that says nothing by itself: what it means stands beside it in words. @param {keyof typeof SHAPES} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`
}

const SHAPES = {
  pin: svg`<path d="M9.5 1.8 14.2 6.5 11.4 7.6 8.6 11.9 4.1 7.4 8.4 4.6ZM6.3 9.7 2 14" />`,
  replay: svg`<path d="M13.2 8a5.2 5.2 0 1 1-1.7-3.85M13.3 1.7v2.9h-2.9" />`,
  copy: svg`<path d="M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3" />`,
  rule: svg`<path d="M8 2 14.6 13.5H1.4ZM8 6.5v3.3M8 11.4v.7" />`,
  error: svg`<path d="M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" />`,
  aborted: svg`<path d="M1.5 8h4.3M10.2 8h4.3M7 4.5l-1 7M10 4.5l-1 7" />`,
  back: svg`<path d="M9.8 3 4.8 8l5 5" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9" />`,
  play: svg`<path d="M5 3.2 12.2 8 5 12.8Z" />`,
  clear: svg`<path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9" />`,
  down: svg`<path d="M8 2.5v11M4 9.5l4 4 4-4" />`,
  up: svg`<path d="M8 13.5v-11M4 6.5l4-4 4 4" />`,
}
