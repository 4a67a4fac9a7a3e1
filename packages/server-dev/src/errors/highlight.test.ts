import { expect, test } from 'vitest'
import { highlight } from './highlight.ts'

test('words, strings, numbers, calls and comments get a class; everything is escaped', () => {
  expect(highlight(`const a = f("<b>", 1_000) // & more`)).toBe(
    '<span class="word">const</span> a = <span class="call">f</span>(<span class="string">&quot;&lt;b&gt;&quot;</span>, ' +
      '<span class="number">1_000</span>) <span class="comment">// &amp; more</span>',
  )
})

test.each(["it's", '`open', "'</script>", 'a < b && c > d', '<img src=x onerror=alert(1)>'])(
  'no markup comes out of %s',
  (line) => {
    expect(highlight(line).replaceAll(/<\/?span[^>]*>/g, '')).not.toMatch(/[<>]/)
  },
)
