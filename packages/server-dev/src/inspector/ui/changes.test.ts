import { expect, test } from 'vitest'
import { call, errorOf, recorded, request, response } from '../fixtures/recordings.ts'
import { bodyNotes, bodyWords } from '../../../ui/body-words.js'
import { changedPart } from '../../../ui/changed-part.js'
import { changesDown, changesUp, isUnchanged } from '../../../ui/border-changes.js'
import { fieldChanges } from '../../../ui/field-changes.js'
import { allLayers, eventsElsewhere, stackOf } from '../../../ui/layers.js'

test('fields: added, removed, changed; the same ones in another order have not changed', () => {
  expect(
    fieldChanges(
      [
        ['etag', '"a"'],
        ['vary', 'accept'],
        ['x-old', '1'],
      ],
      [
        ['vary', 'accept, accept-encoding'],
        ['content-encoding', 'br'],
        ['etag', '"a"'],
      ],
    ),
  ).toEqual([
    { kind: 'changed', name: 'vary', before: 'accept', after: 'accept, accept-encoding' },
    { kind: 'added', name: 'content-encoding', after: 'br' },
    { kind: 'removed', name: 'x-old', before: '1' },
  ])
})

test('a name that occurs more than once is compared value by value', () => {
  const cookies = (...values: string[]): [string, string][] => values.map((value) => ['set-cookie', value])
  expect(fieldChanges(cookies('a=1', 'b=1'), cookies('b=1', 'a=1'))).toEqual([])
  expect(fieldChanges(cookies('a=1'), cookies('a=1', 'a=1'))).toEqual([
    { kind: 'added', name: 'set-cookie', after: 'a=1' },
  ])
  expect(fieldChanges(cookies('a=1', 'b=1'), cookies('b=2', 'a=1', 'c=1'))).toEqual([
    { kind: 'changed', name: 'set-cookie', before: 'b=1', after: 'b=2' },
    { kind: 'added', name: 'set-cookie', after: 'c=1' },
  ])
})

test('the part of a value that changed ends at words', () => {
  expect(changedPart('accept', 'accept, accept-encoding')).toEqual({
    head: 'accept',
    before: '',
    after: ', accept-encoding',
    tail: '',
  })
  expect(changedPart('max-age=60, private', 'max-age=65, private')).toEqual({
    head: 'max-age=',
    before: '60',
    after: '65',
    tail: ', private',
  })
  expect(changedPart('gzip', 'br')).toEqual({ head: '', before: 'gzip', after: 'br', tail: '' })
  for (const [before, after] of [
    ['aaa', 'aa'],
    ['', 'x'],
    ['x', ''],
    ['"abc"', 'W/"abc"'],
    ['a, a, a', 'a, a'],
  ] as const) {
    const { head, before: old, after: now, tail } = changedPart(before, after)
    expect([head + old + tail, head + now + tail]).toEqual([before, after])
  }
})

test('the way down: the context that a layer added, and what it made of the request', () => {
  const inner = call('handler', 1, 2, {
    request: { ...request([['x-user', 'ada']]), method: 'POST' },
    context: { mount: '/api', path: '/books', session: 'Session { id }' },
  })
  const changes = changesDown(call('session', 0, 3), inner)
  expect(changes.head).toEqual([{ kind: 'changed', name: 'method', before: 'GET', after: 'POST' }])
  expect(changes.fields).toEqual([{ kind: 'added', name: 'x-user', after: 'ada' }])
  expect(changes.context).toEqual([
    { kind: 'changed', name: 'mount', before: '', after: '/api' },
    { kind: 'added', name: 'session', after: 'Session { id }' },
  ])
  expect(isUnchanged(changesDown(inner, inner))).toBe(true)
})

test('the way up: a body that was coded, and one of which the first byte was held', () => {
  const made = response(200, [], { kind: 'bytes', size: 1204 })
  const coded = response(200, [['content-encoding', 'br']], { kind: 'bytes', size: 412 })
  expect(changesUp(made, coded).body).toEqual([
    { kind: 'changed', name: 'body', before: 'bytes · 1.2 kB', after: 'bytes · br · 412 B' },
  ])
  const early = response(200, [], { kind: 'stream', first: 2, last: 40, chunks: 3 })
  const late = response(200, [], { kind: 'stream', first: 9.5, last: 41, chunks: 1 })
  expect(changesUp(early, late)).toMatchObject({ body: [], notes: ['the first byte was held for 7.5 ms'] })
  expect(isUnchanged(changesUp(early, { ...early, body: { ...early.body, first: 2.3 } }))).toBe(true)
  expect(changesUp(made, { ...made, status: 404, statusText: 'Not Found' }).head).toEqual([
    { kind: 'changed', name: 'status', before: '200', after: '404 Not Found' },
  ])
})

test('a size that was counted at one border only says nothing', () => {
  const known = response(200, [], { kind: 'stream', size: 10 })
  expect(isUnchanged(changesUp(response(200, [], { kind: 'stream' }), known))).toBe(true)
})

test('bodies in words', () => {
  expect(bodyWords({ kind: 'none' }, [])).toBe('no body')
  expect(bodyWords({ kind: 'stream', chunks: 1, size: 12_000 }, [['content-encoding', 'gzip']])).toBe(
    'stream · gzip · 1 chunk · 12 kB',
  )
  expect(bodyNotes({ kind: 'stream', first: 1.5, cancelled: 'the client has left' })).toEqual([
    'first byte at 1.5 ms',
    'cancelled: the client has left',
  ])
})

test('the stack: tries, an error that passes through, one that was answered', () => {
  const error = errorOf('no database')
  const tries = [call('handler', 1, 2, { error }), call('handler', 3, 4, { response: response(200) })]
  const retry = call('retry', 0, 5, { response: response(200), calls: tries })
  const top = stackOf(recorded({ top: retry }), 10)!
  expect(allLayers(top).map(({ key, depth, attempt, attempts }) => [key, depth, attempt, attempts])).toEqual([
    ['0', 0, 1, 1],
    ['0.0', 1, 1, 2],
    ['0.1', 1, 2, 2],
  ])
  expect(top.answered).toMatchObject({ how: 'passed', from: { key: '0.1' } })
  expect(top.inner.map(({ answered }) => answered)).toMatchObject([
    { how: 'threw', passedOn: false },
    { how: 'made', caught: undefined },
  ])

  const passing = call('gzip', 0, 5, { error, calls: [call('handler', 1, 2, { error })] })
  const catching = call('errors', 0, 6, { response: response(500), calls: [passing] })
  const [errors, gzip] = allLayers(stackOf(recorded({ top: catching }), 10)!)
  expect(errors!.answered).toEqual({ how: 'made', caught: error })
  expect(gzip!.answered).toMatchObject({ how: 'threw', passedOn: true })
})

test('an event belongs to the first call of the layer of its name, or to none that is shown', () => {
  const finding = { type: 'finding', at: 2, rule: 'M5', level: 'error', message: 'wrong' } as const
  const events = [
    { ...finding, layer: 'handler' },
    { ...finding, layer: 'server' },
  ]
  const top = call('retry', 0, 5, { calls: [call('handler', 1, 2), call('handler', 3, 4)] })
  const exchange = recorded({ top, events })
  const stack = stackOf(exchange, 10)
  expect(allLayers(stack!).map(({ events }) => events.length)).toEqual([0, 1, 0])
  expect(eventsElsewhere(exchange, stack)).toEqual([events[1]])
  expect(stackOf(recorded(), 10)).toBeUndefined()
})
