import { plain } from '../errors/render-text.ts'
import type { Paint } from '../errors/render-text.ts'

/** Colours where somebody sees them: on a terminal, unless NO_COLOR is set (no-color.org); FORCE_COLOR sets them too. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  const { NO_COLOR = '', FORCE_COLOR = '' } = env
  const wanted = FORCE_COLOR !== '' && FORCE_COLOR !== '0' ? true : stream.isTTY === true && env.TERM !== 'dumb'
  return wanted && NO_COLOR === '' ? coloured : plain
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
