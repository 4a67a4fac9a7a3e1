import { plain } from '../errors/render-text.ts'
import type { Paint } from '../errors/render-text.ts'

/**
 * Colours where somebody sees them: on a terminal. NO_COLOR (no-color.org) and FORCE_COLOR=0 switch them off, any other
 * FORCE_COLOR (force-color.org) on.
 */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = env
  if (NO_COLOR !== '' || FORCE_COLOR === '0' || FORCE_COLOR === 'false') return plain
  return FORCE_COLOR !== '' || (stream.isTTY === true && TERM !== 'dumb') ? coloured : plain
}

const sgr = (on: number, off: number) => (text: string) => `\u001B[${on}m${text}\u001B[${off}m`
const coloured: Paint = {
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
  bold: sgr(1, 22),
  dim: sgr(2, 22),
}
