import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mount, reply, stack } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'
import { fileSystem, serveStatic } from '@fsgi/middleware-static'
import { escapeHtml } from '../errors/escape-html.ts'
import type { App } from '@fsgi/core'
import type { Backend } from '@fsgi/middleware-static'

/**
 * The inspector's page at `/__fsgi/`, its files below `ui/` and its one library below `lib/`: an FSGI app like any other.
 * Who may have the page is checked before: the token in it opens all that is recorded. Its files hold no secret.
 *
 * @param token what the page sends as `x-fsgi-token`.
 */
export function inspectorPages({ token }: { readonly token: string }): App {
  const ui = fileURLToPath(new URL('../../ui/', import.meta.url))
  return stack(gzip())(
    mount({
      '/__fsgi/ui': serveStatic(pageFiles(ui))(notFound),
      '/__fsgi/lib/lit-html': serveStatic(pageFiles(litFolder()))(notFound),
      '/__fsgi': (_request, { path }) => (path === '/' ? page(token) : notFound()),
    }),
  )
}

/** Wherever a package manager has put it. Node's own build of it, which is what `resolve` finds, lies in a folder below. */
function litFolder(): string {
  const file = createRequire(import.meta.url).resolve('lit-html')
  const name = `${sep}lit-html${sep}`
  return file.slice(0, file.lastIndexOf(name) + name.length)
}

/** Only what a page can use: no manifest, types or source maps of a package. */
function pageFiles(folder: string): Backend {
  const files = fileSystem(folder)
  return { find: async (name) => (/\.(?:js|css|svg)$/.test(name) ? await files.find(name) : null) }
}

const notFound = (): Response => reply('There is no such file of the inspector.\n', { status: 404 })

function page(token: string): Response {
  const nonce = randomBytes(16).toString('base64')
  return reply(html(token, nonce), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy(nonce),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Nothing but our own files may load or run, in no frame; text becomes markup through lit-html's templates alone. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; ')

const IMPORTS = {
  'lit-html': '/__fsgi/lib/lit-html/lit-html.js',
  'lit-html/': '/__fsgi/lib/lit-html/',
}

const STYLES = ['base', 'frame', 'list', 'detail', 'timeline', 'layers']

const html = (token: string, nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="fsgi-token" content="${escapeHtml(token)}">
<title>Inspector · FSGI</title>
<link rel="icon" href="/__fsgi/ui/icon.svg" type="image/svg+xml">
${STYLES.map((name) => `<link rel="stylesheet" href="/__fsgi/ui/style/${name}.css">`).join('\n')}
<script type="importmap" nonce="${nonce}">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/__fsgi/ui/main.js"></script>
</head>
<body>
<div id="app"></div>
<noscript>The inspector needs JavaScript.</noscript>
</body>
</html>
`
