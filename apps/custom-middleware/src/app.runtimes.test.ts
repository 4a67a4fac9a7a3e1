import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RUNTIMES, runApp } from '../../hello/src/fixtures/run-app.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

test.each(RUNTIMES)('runs unchanged on %s', async (runtime) => {
  const { url, stop } = await runApp(runtime, folder)
  try {
    const response = await fetch(url)
    expect(response.headers.get('server-timing')).toMatch(/^total;dur=[\d.]+, miss;.*, db;dur=.*, render;dur=[\d.]+$/)
    expect(await response.text()).toContain('<li>Ada</li>')
  } finally {
    await stop()
  }
})
