import { expect, test } from 'vitest'
import { html } from './html.ts'

test('text is escaped, markup is not, and lists are joined', () => {
  const text = `<a href='x' title="y">&amp;</a>`
  const escaped = '&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;&lt;/a&gt;'
  expect(String(html`<p title="${text}">${text}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`)
  expect(String(html`<b>${['<', html`<i>${1}</i>`]}</b>`)).toBe('<b>&lt;<i>1</i></b>')
})

test('false and undefined are nothing, zero and the empty text are what they are', () => {
  expect(String(html`[${false}${undefined}${0}${''}]`)).toBe('[0]')
})
