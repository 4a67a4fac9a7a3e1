import { Exchange } from '@fsgi/core/server'
import { expect, it } from 'vitest'
import { ExchangeEvents } from './exchange-events.ts'
import { Exchanges } from './exchanges.ts'
import { noRedaction } from './redaction.ts'
import { until } from '../fixtures/until.ts'

function made(): { exchanges: Exchanges; events: ExchangeEvents; begin(): void } {
  const exchanges = new Exchanges({ redaction: noRedaction, version: () => 7 })
  const facts = {
    peerAddress: null,
    remoteAddress: null,
    localAddress: null,
    protocol: 'HTTP/1.1',
    encrypted: false,
    target: '/',
    pathname: '/',
    mount: '',
    env: {},
  } as const
  const begin = (): void =>
    void exchanges.begin(new Request('http://h/'), new Exchange(facts, { report() {}, waitUntil() {} }).context)
  return { exchanges, events: new ExchangeEvents(exchanges, () => ({ version: 7, failed: null })), begin }
}
const decoder = new TextDecoder()
const idsIn = (text: string): number[] =>
  [...text.matchAll(/event: exchange\ndata: {"id":(\d+)/g)].map(([, id]) => Number(id))

it('a reader that does not read is not written to: it gets what is, not all that was, when it reads on', async () => {
  const { exchanges, events, begin } = made()
  const reader = events.open().body!.getReader()
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (let i = 0; i < 3000; i++) begin()
  for (let i = 0; i < 50; i++) for (let id = 2001; id <= 3000; id++) exchanges.pin(id, i % 2 === 0)
  await new Promise((resolve) => setTimeout(resolve, 100))
  let text = ''
  while (!text.includes('"id":3000,')) text += decoder.decode((await reader.read()).value)
  const ids = idsIn(text)
  expect(new Set(ids).size).toBe(ids.length) // each once
  expect(ids.length).toBeLessThanOrEqual(1100)
  expect(text.length).toBeLessThan(500_000)
  await reader.cancel()
})

it('a reader gets the code at once, changes in order, and the end when the server closes', async () => {
  const { exchanges, events, begin } = made()
  const response = events.open()
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
  })
  let text = ''
  let over = false
  void (async () => {
    for await (const chunk of response.body!) text += decoder.decode(chunk)
    over = true
  })()
  await until(
    () => text === 'event: code\ndata: {"version":7,"failed":null}\n\n',
    () => text,
  )
  begin()
  await until(
    () => idsIn(text).includes(1),
    () => text,
  )
  exchanges.clear()
  events.tell('findings')
  begin()
  await until(
    () => idsIn(text).includes(2),
    () => text,
  )
  expect(text.indexOf('event: cleared')).toBeLessThan(text.indexOf('"id":2'))
  expect(text).toContain('event: findings\ndata: null\n\n')
  events.close()
  await until(() => over)
  begin() // nobody listens any more
})
