import { reply, stack } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'
import { serverTiming } from './server-timing.ts'

export default stack(
  serverTiming(),
  gzip(),
)(async (_request, { timing }) => {
  timing.mark('miss', 'not in the cache')
  const visitors = await timing.measure('db', loadVisitors, 'all visitors')
  const page = timing.measure('render', () => render(visitors))
  return reply(page, { headers: { 'content-type': 'text/html; charset=utf-8' } })
})

/** Stands for a database: it takes its time. */
async function loadVisitors(): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return ['Ada', 'Grace', 'Edsger', 'Barbara']
}

function render(names: readonly string[]): string {
  const items = names.map((name) => `<li>${name}</li>`).join('')
  return `<!doctype html><html lang="en"><title>Visitors</title><h1>Visitors</h1><ul>${items}</ul>
<p>Open the developer tools and look at the timing of this request.</p></html>\n`
}
