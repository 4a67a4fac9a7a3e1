import { readdirSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { dispatch } from '@fsgi/core/testing'
import { expect, test } from 'vitest'
import { inspectorPages } from './pages.ts'

const app = inspectorPages({ token: 'a"b<c' })
const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  await dispatch(app, new Request(`http://localhost:3000${path}`, { headers }))

test('the page has the token, and a policy under which only its own files run', async () => {
  const [first, second] = [await get('/__fsgi/'), await get('/__fsgi/')]
  const html = await first.text()
  expect(first.status).toBe(200)
  expect(html).toContain('<meta name="fsgi-token" content="a&quot;b&lt;c">')
  const policy = first.headers.get('content-security-policy')!
  const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)![1]!
  expect(html).toContain(`<script type="importmap" nonce="${nonce}">`)
  for (const part of ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    expect(policy).toContain(part)
  }
  expect(second.headers.get('content-security-policy')).not.toBe(policy)
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
})

test('every file that the page names is there, and so is every module that these import', async () => {
  const html = await (await get('/__fsgi/')).text()
  const { imports } = JSON.parse(/<script type="importmap"[^>]*>(.*?)<\/script>/.exec(html)![1]!) as {
    imports: Record<string, string>
  }
  const seen = new Set<string>()
  const visit = async (path: string): Promise<void> => {
    if (seen.has(path)) return
    seen.add(path)
    const response = await get(path)
    const text = await response.text()
    expect([path, response.status]).toEqual([path, 200])
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    if (!path.endsWith('.js')) return
    expect(response.headers.get('content-type')).toBe('text/javascript;charset=utf-8')
    for (const [, name] of text.matchAll(/(?:^|;|\})\s*(?:import|export)[^'"`;]*?from\s*["']([^"']+)["']/gm)) {
      const bare = Object.entries(imports).find(([key]) => name === key || (key.endsWith('/') && name!.startsWith(key)))
      await visit(bare ? name!.replace(bare[0], bare[1]) : new URL(name!, `http://x${path}`).pathname)
    }
  }
  for (const [, path] of html.matchAll(/(?:href|src)="([^"]+)"/g)) await visit(path!)
  const files = readdirSync(new URL('../../ui/', import.meta.url), { recursive: true, encoding: 'utf8' })
  const own = files.filter((file) => /\.(?:js|css|svg)$/.test(file)).map((file) => `/__fsgi/ui/${file}`)
  expect(own.filter((path) => !seen.has(path))).toEqual([]) // nothing is published that nobody loads
  expect([...seen]).toContain('/__fsgi/lib/lit-html/lit-html.js')
})

test('files are coded on the way, and asked about before they are sent again', async () => {
  const coded = await get('/__fsgi/ui/style/list.css', { 'accept-encoding': 'br' })
  expect(coded.headers.get('content-encoding')).toBe('br')
  expect(brotliDecompressSync(await coded.arrayBuffer()).toString()).toContain('.rows')
  const again = await get('/__fsgi/ui/style/list.css', {
    'if-none-match': (await get('/__fsgi/ui/style/list.css')).headers.get('etag')!,
  })
  expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'no-cache'])
})

test.for([
  '/__fsgi/ui/',
  '/__fsgi/ui/tsconfig.json',
  '/__fsgi/ui/../package.json',
  '/__fsgi/ui/..%2fpackage.json',
  '/__fsgi/lib/lit-html/package.json',
  '/__fsgi/lib/lit-html/lit-html.d.ts',
  '/__fsgi/lib/lit-html/../../package.json',
  '/__fsgi/other',
  '/__fsgi/index.html',
])('there is nothing at %s', async (path) => {
  expect((await get(path)).status).toBe(404)
})
