import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'

const CHROMIUM = '/usr/bin/chromium'
const curl = (...args: string[]): Promise<{ stdout: string }> => promisify(execFile)('curl', ['-sS', ...args])

test('curl trusts the certificate once it is told to, by name and by address, and nothing else', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project, ['app.ts', '--https'], { XDG_CACHE_HOME: project.path('cache') })
  const ca = project.path('cache/fsgi/localhost.pem')
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    expect((await curl('--cacert', ca, `https://${host}:${server.port}/`)).stdout).toBe('one')
  }
  await expect(curl(server.url)).rejects.toThrow(/self-signed certificate/)
  const elsewhere = `other.example:${server.port}:127.0.0.1`
  await expect(curl('--cacert', ca, '--resolve', elsewhere, `https://other.example:${server.port}/`)).rejects.toThrow(
    /no alternative certificate subject name/,
  )
})

test('Chromium: a secure page, reloaded when the code changes, over TLS', async (t) => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  const page = (text: string): string =>
    `export default () => new Response('<!doctype html><title>x</title><p>${text}</p>', { headers: { 'content-type': 'text/html' } })\n`
  const project = makeProject(t, { 'app.ts': page('one') })
  const server = await startCommand(project, ['app.ts', '--https'], { XDG_CACHE_HOME: project.path('cache') })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  t.onTestFinished(() => browser.close())
  const tab = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  await tab.goto(server.url)
  expect(await tab.evaluate('isSecureContext && location.protocol')).toBe('https:')
  await tab.getByText('one').waitFor()
  project.write('app.ts', page('two'))
  await tab.getByText('two').waitFor()
  await tab.goto(`${server.url}/__fsgi/`)
  expect(await tab.title()).toMatch(/fsgi|inspector/i)
})
