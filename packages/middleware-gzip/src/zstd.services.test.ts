// zstd, which Node has since 22.15, at the level whose window would be too large by itself (RFC 9659): Debian's Chromium and tool.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runtimes } from '../../../runtimes/index.ts'
import { setup } from '../../../runtimes/install.ts'
import { text } from './fixtures/sources.ts'

const CONTENT = text(200_000)
const PATHS = ['/known', '/stream']
const INSTALL = 600_000 // ms: a gigabyte of runtimes may have to come from npm first
let url: string
let stop: () => Promise<void>

beforeAll(async () => {
  setup()
  const script = fileURLToPath(new URL('fixtures/zstd-server.ts', import.meta.url))
  const child = spawn(runtimes.node24, ['--no-warnings', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  stop = async () => {
    child.stdin.end()
    await ended
  }
  ;[url] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string]
  if (typeof url !== 'string') throw new Error(`the server ended with exit code ${String(url)}`)
}, INSTALL)
afterAll(() => stop?.())

test.each(PATHS)("%s: Debian's zstd decodes it within a window of 8 MiB", async (path) => {
  const response = await fetch(url + path, { headers: { 'accept-encoding': 'zstd' } })
  expect(response.headers.get('content-encoding')).toBe('zstd')
  // fetch of Node 20 does not decode zstd
  const input = new Uint8Array(await response.arrayBuffer())
  const { stdout, stderr } = spawnSync('zstd', ['-dc', '--memory=8MB'], { input, maxBuffer: 1e6 })
  expect([stderr.toString(), stdout.toString() === CONTENT]).toEqual(['', true])
})

test('Chromium decodes it', async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(url)
    for (const path of PATHS) {
      const seen = await page.evaluate(
        async ([address, content]) => {
          const response = await fetch(address!)
          return [response.headers.get('content-encoding'), (await response.text()) === content]
        },
        [path, CONTENT],
      )
      expect(seen).toEqual(['zstd', true])
    }
  } finally {
    await browser.close()
  }
})
