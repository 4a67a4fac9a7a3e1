import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { FINDINGS, many, SAMPLES } from './fixtures/samples.ts'
import { openInspector, startBrowser } from './fixtures/open-page.ts'
import { recorded } from './fixtures/recordings.ts'
import { startPageServer } from './fixtures/page-server.ts'
import type { Browser, Locator, Page } from 'playwright-core'

vi.setConfig({ testTimeout: 120_000 })

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser?.close())

const rows = (page: Page): Locator => page.locator('.exchange.row')

test('filters: text, method, status, errors, rules, pinned; and none again', async () => {
  const server = await startPageServer(SAMPLES, FINDINGS)
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`)
  await rows(page).nth(6).waitFor()
  const shows = (...ids: number[]): Promise<void> =>
    expect
      .poll(async () => await rows(page).evaluateAll((all) => all.map(({ id }) => id)))
      .toEqual(ids.map((id) => `exchange-${id}`))
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()
  const search = page.getByRole('searchbox')

  await search.fill('status:5xx')
  await shows(3)
  await search.fill('books -status:5xx')
  await shows(7, 1)
  await press('Reset')
  await shows(7, 6, 5, 4, 3, 2, 1)
  await press('4xx')
  await press('5xx')
  await shows(6, 3)
  await press('Reset')
  await page.getByRole('combobox', { name: 'Method' }).selectOption('POST')
  await shows(4)
  await expect.poll(() => page.locator('.count').innerText()).toBe('1 of 7 exchanges')
  await press('Reset')
  await expect.poll(() => page.getByRole('combobox', { name: 'Method' }).inputValue()).toBe('')
  await press('Errors')
  await shows(3)
  await press('Reset')
  await press('Rules')
  await shows(7, 1)
  await press('Pinned')
  await shows(7)
  await close()
  await server.close()
})

test('1,000 exchanges: only what is in view is drawn, at once; what is looked at stays where it is as new ones come', async () => {
  const server = await startPageServer(many(1000))
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/`)
  await rows(page).first().waitFor()
  expect(await page.locator('.count').innerText()).toBe('1000 exchanges')
  expect(await rows(page).count()).toBeLessThan(60)
  const drawing = async (): Promise<number> =>
    await page.evaluate(async () => {
      const input = document.querySelector<HTMLInputElement>('.search input')!
      const times: number[] = []
      for (let round = 0; round < 30; round++) {
        input.value = round % 2 === 0 ? 'books/1' : ''
        const began = performance.now()
        input.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise((resolve) => requestAnimationFrame(resolve))
        void document.body.offsetHeight
        times.push(performance.now() - began)
      }
      return times.toSorted((a, b) => a - b)[15]!
    })
  const milliseconds = await drawing()
  console.log(`1,000 exchanges are filtered and drawn in ${milliseconds.toFixed(1)} ms, with the wait for the frame`)
  expect(milliseconds).toBeLessThan(200)

  await page.locator('.rows').evaluate((list) => void (list.scrollTop = 8000))
  await expect.poll(async () => Number(await rows(page).first().getAttribute('aria-rowindex'))).toBeGreaterThan(200)
  const inView = async (): Promise<string[]> =>
    await page.locator('.rows').evaluate((list) => {
      const { top, bottom } = list.getBoundingClientRect()
      const all = [...list.querySelectorAll('.exchange.row')]
      return all
        .filter((row) => row.getBoundingClientRect().top >= top && row.getBoundingClientRect().bottom <= bottom)
        .map(({ id }) => id)
    })
  const before = await inView()
  for (let id = 1001; id <= 1100; id++) server.put(recorded({ id, version: 3 }))
  await page.getByText('1000 exchanges').waitFor()
  await page
    .locator('.rows')
    .evaluate((list) => list.scrollTop > 10_000 || new Promise((resolve) => list.addEventListener('scroll', resolve)))
  await expect.poll(inView).toEqual(before)

  await page.locator('.rows').focus()
  await page.keyboard.press('End')
  await expect.poll(() => page.locator('.exchange.cursor').getAttribute('id')).toBe('exchange-101')
  await page.keyboard.press('Home')
  await expect.poll(() => page.locator('.exchange.cursor').getAttribute('id')).toBe('exchange-1100')
  expect(await page.locator('.rows').getAttribute('aria-activedescendant')).toBe('exchange-1100')
  await close()
  await server.close()
})

test('paused: new exchanges are counted but not listed; what is open stays open as new ones come', async () => {
  const server = await startPageServer(SAMPLES)
  const { page, close } = await openInspector(browser, `${server.url}/__fsgi/#/1`)
  await page.getByRole('heading', { name: 'GET /books?page=2' }).waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  server.put(recorded({ id: 8, version: 3, target: '/eighth' }))
  server.put(recorded({ id: 9, version: 3, target: '/ninth' }))
  await page.getByRole('button', { name: '2 new' }).click()
  await rows(page).filter({ hasText: '/ninth' }).waitFor()
  await page.getByRole('heading', { name: 'GET /books?page=2' }).waitFor()
  expect(await page.locator('.exchange.shown').getAttribute('id')).toBe('exchange-1')
  await close()
  await server.close()
})

test('a connection that breaks is said and made again, with what was missed; of a server that was started anew the page is loaded again', async () => {
  const first = await startPageServer(SAMPLES)
  const opened = await openInspector(browser, `${first.url}/__fsgi/`)
  opened.expectProblem(/net::ERR|Failed to load resource/)
  const { page } = opened
  await rows(page).nth(6).waitFor()
  await first.close()
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor()
  expect(await rows(page).count()).toBe(7)
  const second = await startPageServer([...SAMPLES, recorded({ id: 8, version: 3, target: '/missed' })], [], {
    port: first.port,
  })
  await rows(page).filter({ hasText: '/missed' }).waitFor()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  await rows(page).filter({ hasText: '/missed' }).click()
  await second.close()
  const third = await startPageServer([recorded({ target: '/another' })], [], { port: first.port, token: 'another' })
  await rows(page).filter({ hasText: '/another' }).waitFor()
  expect([await rows(page).count(), new URL(page.url()).hash]).toEqual([1, ''])
  opened.expectProblem(/403/)
  await opened.close()
  await third.close()
})
