import { escapeHtml } from './escape-html.ts'

const WORDS =
  'abstract|as|async|await|break|case|catch|class|const|continue|default|delete|do|else|enum|export|extends|false|finally|for|from|' +
  'function|if|implements|import|in|instanceof|interface|let|new|null|of|return|satisfies|static|super|switch|this|throw|true|try|' +
  'type|typeof|undefined|var|void|while|yield'
const TOKENS = new RegExp(
  [
    '(?<comment>//.*$|/\\*.*?(?:\\*/|$)|^\\s*\\*(?:\\s.*|/.*|)$)',
    '(?<string>\'(?:\\\\.|[^\'\\\\])*\'?|"(?:\\\\.|[^"\\\\])*"?|`(?:\\\\.|[^`\\\\])*`?)',
    `(?<word>\\b(?:${WORDS})\\b)`,
    '(?<number>\\b\\d[\\d_]*(?:\\.\\d+)?n?\\b)',
    '(?<call>\\b[A-Za-z_$][\\w$]*(?=\\())',
  ].join('|'),
  'g',
)

/** One line of JavaScript or TypeScript as HTML with a few colours. What spans lines is guessed from this line alone. */
export function highlight(line: string): string {
  let html = ''
  let done = 0
  for (const match of line.matchAll(TOKENS)) {
    const kind = Object.entries(match.groups!).find(([, text]) => text !== undefined)![0]
    html += `${escapeHtml(line.slice(done, match.index))}<span class="${kind}">${escapeHtml(match[0])}</span>`
    done = match.index + match[0].length
  }
  return html + escapeHtml(line.slice(done))
}
