import { percentEncoded } from './percent-encoded.ts'
import type { Entry } from './backend.ts'

/**
 * A page that lists a directory. `path` is the part of the URL's path below the mount, decoded, with a slash at both ends.
 * Every link is relative, so that it works below any mount, and begins with `./`, so that no name is taken for a scheme.
 */
export function listingPage(path: string, entries: readonly Entry[]): string {
  const sorted = entries.toSorted(
    (a, b) => Number(b.directory) - Number(a.directory) || a.name.localeCompare(b.name, 'en', { numeric: true }),
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escaped(path)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${breadcrumbs(path)}</h1>
<table>
<thead><tr><th scope="col">Name</th><th scope="col" class="size">Size</th><th scope="col" class="date">Modified (UTC)</th></tr></thead>
<tbody>
${path === '/' ? '' : '<tr class="up"><td><a href="../">Parent directory</a></td><td class="size"></td><td class="date"></td></tr>\n'}${sorted.map(row).join('\n')}
</tbody>
</table>
${entries.length === 0 ? '<p>This directory is empty.</p>' : `<p>${count(sorted)}</p>`}
</main>
</body>
</html>
`
}

/** Enough for a page with a style of its own: no script runs, nothing is loaded, and no other site frames it. */
export const LISTING_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

function row({ name, directory, size, modified }: Entry): string {
  const slash = directory ? '/' : ''
  const link = `<a href="./${percentEncoded(name)}${slash}"><bdi>${escaped(name)}</bdi>${slash}</a>`
  return `<tr${directory ? ' class="directory"' : ''}><td>${link}</td><td class="size">${size === null ? '' : sizeOf(size)}</td><td class="date">${modified === null ? '' : dateOf(modified)}</td></tr>`
}

/** Each directory on the way, as links that lead up from where the page is. */
function breadcrumbs(path: string): string {
  const names = path.split('/').slice(1, -1)
  const up = (levels: number): string => (levels === 0 ? './' : '../'.repeat(levels))
  const links = names.map((name, index) => `<a href="${up(names.length - 1 - index)}"><bdi>${escaped(name)}</bdi></a>`)
  return [`<a href="${up(names.length)}" aria-label="Root">~</a>`, ...links].join('<span>/</span>')
}

function count(entries: readonly Entry[]): string {
  const directories = entries.filter(({ directory }) => directory).length
  const files = entries.length - directories
  const bytes = entries.reduce((sum, { size }) => sum + (size ?? 0), 0)
  const said = [
    `${directories} ${directories === 1 ? 'directory' : 'directories'}`,
    `${files} ${files === 1 ? 'file' : 'files'}`,
  ]
  return `${said.join(', ')}${files === 0 ? '' : `, ${sizeOf(bytes)}`}`
}

function sizeOf(bytes: number): string {
  const unit = Math.min(4, bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / 1024 ** unit
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`
}

function dateOf(modified: number): string {
  const iso = new Date(modified).toISOString()
  return `<time datetime="${iso}">${iso.slice(0, 10)} <span>${iso.slice(11, 16)}</span></time>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

const STYLE = `
:root { --ink: #1c2024; --dim: #60646c; --line: #e0e3e8; --link: #0b5cad; --paper: #fff; --hover: #f3f6fa }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --dim: #9aa0a8; --line: #2c3138; --link: #7ab7ff; --paper: #14171a; --hover: #1d2227 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem }
h1 { margin: 0 0 1.25rem; padding: 0 .5rem; font-size: 1.25rem; font-weight: 600; overflow-wrap: anywhere }
h1 span { margin: 0 .35em; color: var(--dim); font-weight: 400 }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
table { width: 100%; border-collapse: collapse }
th { color: var(--dim); font-size: .8rem; font-weight: 500; text-align: left }
th, td { padding: .45rem .5rem; border-bottom: 1px solid var(--line); vertical-align: baseline }
tbody tr:hover { background: var(--hover) }
td:first-child { overflow-wrap: anywhere }
.directory a { font-weight: 600 }
.size, .date { width: 1%; padding-left: 1.5rem; color: var(--dim); text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
p { padding: 0 .5rem; color: var(--dim); font-size: .875rem }
@media (max-width: 36rem) {
  main { padding: 1.25rem .75rem }
  .size, .date { padding-left: .75rem; font-size: .8rem }
  .date span { display: none }
}
`
