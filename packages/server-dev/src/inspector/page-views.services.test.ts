import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FINDINGS, SAMPLES } from './fixtures/samples.ts'
import { openInspector, startBrowser } from './fixtures/open-page.ts'
import { startPageServer } from './fixtures/page-server.ts'
import type { Browser, Locator, Page } from 'playwright-core'

vi.setConfig({ testTimeout: 120_000 })

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

const rows = (page: Page): Locator => page.locator('.exchange.row')

test('what is long is cut to the part that matters: work that outlives the answer, until all of it is wanted', async () => {
  const server = await startPageServer(SAMPLES)
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/#/4`)
  const ticks = page.locator('.timeline .axis .bars')
  await page.getByRole('button', { name: 'all 1.90 s' }).waitFor()
  expect(await ticks.innerText()).toContain('20 ms')
  await page.getByRole('button', { name: 'all 1.90 s' }).click()
  await expect.poll(() => ticks.innerText()).toContain('1.00 s')
  await page.locator('.timeline a.name').first().click()
  expect(await page.evaluate(() => [document.activeElement?.id, location.hash])).toEqual(['layer-0', '#/4'])
  await close()
  await server.close()
})

test('an exchange that is no longer kept, a frame that is opened in the editor, a pin', async () => {
  const server = await startPageServer(SAMPLES)
  const opened = await openInspector(browser, `${server.url}/__fsgi/#/99`)
  opened.expectProblem(/404/)
  const { page } = opened
  await page.getByText('This exchange is no longer kept').waitFor()
  await rows(page).filter({ hasText: '/books/17' }).click()
  await page.getByRole('button', { name: 'readBook' }).first().click()
  await page.getByRole('status').filter({ hasText: 'Opened in the editor' }).waitFor()
  await page.getByRole('button', { name: /^Pin/ }).last().click()
  await page.getByRole('button', { name: 'Pinned' }).last().waitFor()
  expect(server.asked).toEqual([
    'POST open {"file":"/home/ada/shop/src/books/read-book.ts","line":41,"column":11}',
    'POST exchanges/3/pin {"pinned":true}',
  ])
  await opened.close()
  await server.close()
})

test.for([
  ['a desk', 1280, 'light'],
  ['a desk', 1280, 'dark'],
  ['a phone', 390, 'light'],
  ['a phone', 390, 'dark'],
] as const)(
  'on %s (%i px), %s: nothing is wider than the screen, and text stands out',
  async ([, width, colorScheme]) => {
    const server = await startPageServer(SAMPLES, FINDINGS)
    const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`, {
      viewport: { width, height: 844 },
      colorScheme,
      reducedMotion: 'reduce',
    })
    await rows(page).nth(6).waitFor()
    const fits = async (): Promise<void> => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      const detail = page.locator('.detail')
      if ((await detail.count()) > 0) {
        expect(await detail.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0)
      }
      expect(await page.evaluate(lowestContrast)).toBeGreaterThan(4.5)
    }
    await fits()
    for (const id of [1, 3, 4, 5]) {
      await rows(page)
        .and(page.locator(`#exchange-${id}`))
        .click()
      await page.getByRole('heading', { name: 'Request and response, in full' }).waitFor()
      expect(await page.locator('.list').isVisible()).toBe(width > 800)
      await fits()
      await page.getByRole('button', { name: 'Back to the list' }).click()
      await page.locator('.page.list').waitFor()
    }
    await page.getByRole('button', { name: /rules broken/ }).click()
    await page.getByRole('heading', { name: 'Broken rules' }).waitFor()
    await fits()
    await close()
    await server.close()
  },
)

/** The least contrast between a text and what is behind it (WCAG 2.2, 1.4.3), in the page. */
function lowestContrast(): number {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const painted = (...colors: string[]): number[] => {
    for (const color of colors) {
      canvas.fillStyle = color
      canvas.fillRect(0, 0, 1, 1)
    }
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
  }
  const light = (rgb: number[]): number => {
    const [r, g, b] = rgb.map((part) =>
      part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  let lowest = 21
  for (const element of document.querySelectorAll<HTMLElement>('#app *')) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '',
    )
    if (!hasText || !element.checkVisibility() || element.closest('.unseen') !== null) continue
    const behind: string[] = []
    for (let at: HTMLElement | null = element; at !== null; at = at.parentElement)
      behind.unshift(getComputedStyle(at).backgroundColor)
    const [text, ground] = [light(painted(...behind, getComputedStyle(element).color)), light(painted(...behind))]
    lowest = Math.min(lowest, (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05))
  }
  return lowest
}
