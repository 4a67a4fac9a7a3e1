import { expect, test } from 'vitest'
import { isNavigation } from './navigation.ts'

const CHROMIUM = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

test.each<[title: string, headers: Record<string, string>, expected: boolean]>([
  ['a browser that opens a page', { accept: CHROMIUM, 'sec-fetch-mode': 'navigate' }, true],
  ['an old browser', { accept: CHROMIUM }, true],
  ['a script of a page', { accept: '*/*', 'sec-fetch-mode': 'cors' }, false],
  ['a script that asks for HTML', { accept: 'text/html', 'sec-fetch-mode': 'cors' }, false],
  ['a module or a picture', { accept: 'image/avif,*/*', 'sec-fetch-mode': 'no-cors' }, false],
  ['curl', { accept: '*/*' }, false],
  ['no wish at all', {}, false],
  ['an API client', { accept: 'application/json' }, false],
  ['HTML in capitals', { accept: 'TEXT/HTML' }, true],
  ['HTML with a weight', { accept: 'application/json, text/html;q=0.1' }, true],
  ['HTML with a parameter', { accept: 'text/html;level=1;q=0.5, */*' }, true],
  ['HTML refused', { accept: 'text/html;q=0, */*' }, false],
  ['HTML refused with a parameter', { accept: 'text/html;level=1;q=0.000' }, false],
  ['another type that begins like it', { accept: 'text/html-sandboxed' }, false],
  ['another type that ends like it', { accept: 'x-text/html' }, false],
])('%s', (_title, headers, expected) => {
  expect(isNavigation(new Request('http://localhost/', { headers }))).toBe(expected)
  expect(isNavigation(new Request('http://localhost/', { headers, method: 'HEAD' }))).toBe(expected)
  expect(isNavigation(new Request('http://localhost/', { headers, method: 'POST' }))).toBe(false)
})
