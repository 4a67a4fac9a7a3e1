import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { RUNTIMES, runApp } from './fixtures/run-app.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

test.each(RUNTIMES)('runs unchanged on %s', async (runtime) => {
  const { url, stop } = await runApp(runtime, folder)
  try {
    const first = await fetch(url)
    expect(await first.text()).toBe('visit number 1')
    const cookie = first.headers.getSetCookie()[0]!.split(';')[0]!
    expect(await (await fetch(url, { headers: { cookie } })).text()).toBe('visit number 2')
    const part = await fetch(`${url}/hello.svg`, { headers: { range: 'bytes=0-3' } })
    expect([part.status, await part.text()]).toEqual([206, '<svg'])
  } finally {
    await stop()
  }
})
