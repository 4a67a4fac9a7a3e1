import { expect, test } from 'vitest'
import { lint } from '@fsgi/core/lint'
import { dispatch } from '@fsgi/core/testing'
import app from './app.ts'

test('the page comes with its timing', async () => {
  const response = await dispatch(lint(app), '/')
  expect(response.headers.get('server-timing')).toMatch(
    /^total;dur=[\d.]+, miss;desc="not in the cache", db;dur=[\d.]+;desc="all visitors", render;dur=[\d.]+$/,
  )
  expect(await response.text()).toContain('<li>Barbara</li>')
})

test('the total is at least as long as its parts', async () => {
  const response = await dispatch(app, '/')
  const [total, db] = [...response.headers.get('server-timing')!.matchAll(/dur=([\d.]+)/g)].map(([, dur]) =>
    Number(dur),
  )
  expect(total).toBeGreaterThanOrEqual(db!)
})
