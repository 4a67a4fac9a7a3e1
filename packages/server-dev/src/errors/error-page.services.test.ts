import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { startCommand } from '../fixtures/command.ts'
import type { Browser } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
let browser: Browser

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) throw new Error(`this test needs ${CHROMIUM}: apt-get install chromium`)
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
})
afterAll(() => browser?.close())

const THROWS = `
export default function handler(request: Request): Response {
  throw new Error('a message with <b>markup</b>', { cause: new TypeError('the cause, ${'which is long '.repeat(30)}') })
}
`

test('the page reloads itself when the code changes: broken at request time, at start, healed, with no failed request', async (t) => {
  const project = makeProject(t, { 'app.ts': THROWS })
  const server = await startCommand(project)
  const page = await browser.newPage()
  const problems: string[] = []
  const asked = new Set<string>()
  page.on(
    'console',
    (message) => message.type() === 'error' && !/500/.test(message.text()) && problems.push(message.text()),
  )
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => asked.add(new URL(request.url()).host))
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'a message with <b>markup</b>' }).waitFor()
  expect(await page.locator('mark.row').first().innerText()).toContain("throw new Error('a message")
  expect(await page.locator('.path').first().innerText()).toContain('handler')

  project.write('app.ts', 'export default = 1\n')
  await page.getByRole('heading', { name: 'Unexpected "="' }).waitFor()
  project.write('app.ts', answering('healed'))
  await page.getByText('healed').waitFor()
  expect(problems).toEqual([])
  expect([...asked]).toEqual([new URL(server.url).host])
})

test.for([
  ['a desk', 1280, 'light'],
  ['a desk', 1280, 'dark'],
  ['a phone', 360, 'light'],
  ['a phone', 360, 'dark'],
] as const)(
  'on %s (%i px), %s: readable without scripts, nothing wider than the screen, frames open by keyboard',
  async ([, width, colorScheme], t) => {
    const server = await startCommand(makeProject(t, { 'app.ts': THROWS }))
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme,
      javaScriptEnabled: false,
    })
    const page = await context.newPage()
    await page.goto(server.url)
    const heading = page.getByRole('heading', { level: 1 })
    expect(await heading.innerText()).toBe('a message with <b>markup</b>')
    const box = await page.locator('body').boundingBox()
    expect(box!.width).toBeLessThanOrEqual(width)
    for (const part of await page.locator('section, header, footer').all()) {
      const { x, width: wide } = (await part.boundingBox())!
      expect(x + wide).toBeLessThanOrEqual(width)
    }
    const folded = page.locator('.folded details').first()
    expect(await folded.getAttribute('open')).toBeNull()
    await folded.locator('summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await folded.getAttribute('open')).toBe('')
    await context.close()
  },
)
