import { expect, test } from 'vitest'
import { clock, counted, duration, size } from '../../../ui/format.js'
import { isFiltered, matcher, NO_FILTERS } from '../../../ui/filter.js'
import { listRows } from '../../../ui/list-rows.js'
import { statusKind, statusName } from '../../../ui/status.js'
import { endsOf, timeAxis } from '../../../ui/time-axis.js'
import { call, recorded, response } from '../fixtures/recordings.ts'
import type { Summary } from '../recorded.ts'

const summary = (more: Partial<Summary> = {}): Summary => ({
  id: 1,
  version: 1,
  at: 0,
  method: 'GET',
  target: '/Books?page=2',
  status: 200,
  aborted: false,
  milliseconds: 12,
  findings: 0,
  errors: 0,
  pinned: false,
  ...more,
})

test.for([
  ['books', {}, true],
  ['books page=2', {}, true],
  ['books authors', {}, false],
  ['-books', {}, false],
  ['-authors', {}, true],
  ['-', { target: '/a-b' }, true],
  ['status:2xx', {}, true],
  ['status:2xx', { status: 404 }, false],
  ['status:404', { status: 404 }, true],
  ['-status:2xx', { status: 404 }, true],
  ['status:2xx', { status: null }, false],
  ['status:2xx', { status: undefined }, false],
  ['method:post', { method: 'POST' }, true],
  ['type:json', { type: 'application/json' }, true],
  ['type:json', {}, false],
  ['over:100', { milliseconds: 101 }, true],
  ['over:100ms', { milliseconds: 99 }, false],
  ['over:100', { milliseconds: undefined }, false],
  ['is:error', { errors: 1 }, true],
  ['is:error', { status: 503 }, true],
  ['is:error', { status: null }, true],
  ['is:error', { status: 404 }, false],
  ['is:finding', { findings: 2 }, true],
  ['is:pinned', { pinned: true }, true],
  ['is:replay', { replayOf: 3 }, true],
  ['is:aborted', { aborted: true }, true],
  ['is:waiting', { status: undefined }, true],
  ['is:constructor', {}, false],
  ['a:b', { target: '/a:b' }, true],
  ['(books', { target: '/(books' }, true],
  ['', {}, true],
] as const)('search "%s" in %o: %s', ([text, more, expected]) => {
  expect(matcher({ ...NO_FILTERS, text })(summary(more))).toBe(expected)
})

test('the buttons narrow the list together with the text', () => {
  const match = matcher({ ...NO_FILTERS, text: 'books', method: 'GET', classes: [4, 5], findings: true })
  expect(match(summary({ status: 404, findings: 1 }))).toBe(true)
  expect(match(summary({ status: 404 }))).toBe(false)
  expect(match(summary({ findings: 1 }))).toBe(false)
  expect(match(summary({ status: 404, findings: 1, method: 'HEAD' }))).toBe(false)
  expect([isFiltered(NO_FILTERS), isFiltered({ ...NO_FILTERS, pinned: true })]).toEqual([false, true])
})

test('a line where the code changed: below the first exchange that the new code answered, and above all as long as there is none', () => {
  const rows = listRows([summary({ id: 4, version: 2 }), summary({ id: 3, version: 2 }), summary({ id: 2 })], 3)
  expect(rows.map((row) => (row.kind === 'code' ? `code ${row.version}` : row.key))).toEqual([
    'code 3',
    4,
    3,
    'code 2',
    2,
  ])
  expect(listRows([summary()], 1)).toHaveLength(1)
  expect(listRows([summary()], undefined)).toHaveLength(1)
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
})

test.for([
  [0, '0 ms'],
  [0.42, '0.42 ms'],
  [0.996, '1.0 ms'],
  [3.14, '3.1 ms'],
  [9.96, '10 ms'],
  [128.4, '128 ms'],
  [999.7, '1.00 s'],
  [1284, '1.28 s'],
  [125_000, '2 min 5 s'],
] as const)('%d milliseconds are %s', ([value, text]) => expect(duration(value)).toBe(text))

test.for([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [34_200, '34 kB'],
  [999_600, '1.0 MB'],
  [1_500_000, '1.5 MB'],
  [5e15, '5000 TB'],
] as const)('%d bytes are %s', ([value, text]) => expect(size(value)).toBe(text))

test('counts, times of day and statuses in words', () => {
  expect([counted(1, 'rule'), counted(0, 'rule'), counted(2, 'try', 'tries')]).toEqual(['1 rule', '0 rules', '2 tries'])
  expect(clock(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe('03:04:05')
  expect([undefined, null, 103, 200, 304, 404, 500].map(statusKind)).toEqual([
    'waiting',
    'none',
    'information',
    'success',
    'redirect',
    'refused',
    'failed',
  ])
  expect([statusName(404), statusName(299), statusName(null)]).toEqual([
    'Not Found',
    'a status without a registered name',
    'no answer was sent',
  ])
})

test('the time axis: round ticks, and places from 0 to 100', () => {
  const axis = timeAxis(42)
  expect(axis.ticks).toEqual([0, 10, 20, 30, 40])
  expect([axis.place(0), axis.place(21), axis.place(99)]).toEqual([0, 50, 100])
  expect(timeAxis(0).ticks).toHaveLength(5)
  for (const end of [0.3, 1, 7, 99, 12_345]) expect(timeAxis(end).ticks.length).toBeLessThanOrEqual(6)
})

test('the layers end with their bodies; the server, and work that outlives the answer, may end later', () => {
  const top = call('app', 0, 5, { response: response(200, [], { kind: 'stream', first: 5, last: 40 }) })
  const events = [{ type: 'work', at: 6, layer: 'app', ended: 900 } as const]
  expect(endsOf(recorded({ top, events }), 99)).toEqual({ layers: 40, all: 900 })
  expect(endsOf(recorded({ top: call('app', 0, 5) }), 99)).toEqual({ layers: 5, all: 10 })
  const cut = call('app', 0, 5, { response: response(200, [], { kind: 'stream', first: 6, cancelled: 'gone' }) })
  expect(endsOf(recorded({ top: cut }), 99)).toEqual({ layers: 10, all: 10 })
  const { outcome: _, ...waiting } = recorded()
  expect(endsOf(waiting, 99)).toEqual({ layers: 99, all: 99 })
})
