import { describe, expect, test } from 'vitest'
import { KnownReply } from './known-reply.ts'
import { declaredOn } from './fixtures/declared.ts'
import { expectations } from './fixtures/expectations.ts'
import { outcome, plain } from './fixtures/expectation.ts'
import { reply } from '../reply.ts'
import type { KnownBody } from './marks.ts'
import type { Make } from './fixtures/expectation.ts'

// The class of the other runtimes is right on Node too, and gives its bytes to the base class: less is declared of it.
const known: Make = Object.assign(
  (body: KnownBody = null, init?: ResponseInit) =>
    new KnownReply(body, init, typeof body === 'string' ? 'text/plain;charset=UTF-8' : undefined),
  { json: (value: unknown, init?: ResponseInit) => new KnownReply(jsonOf(value), init, 'application/json') },
)
const node = `node${process.versions.node.split('.')[0]}`

describe.each<[string, Make, Record<string, string>]>([
  ['reply()', reply, declaredOn(node)],
  ['KnownReply', known, declaredOn(`KnownReply on ${node}`)],
])('%s and a plain Response', (_name, make, declared) => {
  test.each(expectations)('$title', async ({ title, run }) => {
    const [ours, theirs] = [await outcome(() => run(make)), await outcome(() => run(plain))]
    if (title in declared) expect(ours, `declared: ${declared[title]}`).not.toEqual(theirs)
    else expect(ours).toEqual(theirs)
  })
})

function jsonOf(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError('not JSON')
  return text
}
