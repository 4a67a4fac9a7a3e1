import { describe, expect, test } from 'vitest'
import { KnownReply } from './known-reply.ts'
import { declaredOn } from './fixtures/declared.ts'
import { expectations, plain } from './fixtures/expectations.ts'
import { outcome } from './fixtures/expectation.ts'
import { reply } from '../reply.ts'
import type { Make } from './fixtures/expectation.ts'

// The class of the other runtimes is right on Node too, and gives its bytes to the base class: less is declared of it.
const known: Make = (body = null, init) =>
  new KnownReply(body, init, typeof body === 'string' ? 'text/plain;charset=UTF-8' : undefined)
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
