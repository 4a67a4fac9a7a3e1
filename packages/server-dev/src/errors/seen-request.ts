import { Room } from '../child/record/room.ts'
import { describeContext } from '../child/record/describe-context.ts'
import { fieldsOf } from '../child/record/fields-of.ts'
import { makeRedaction } from '../inspector/redaction.ts'
import type { Context } from '@fsgi/core'
import type { Field } from '../inspector/recorded.ts'
import type { Redaction } from '../inspector/redaction.ts'

/** A request and what came with it as they may be shown: without the values of cookies and other secrets. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly fields: readonly Field[]
  /** Where the request came from, where it is, and what layers have added: a few words each, by name. */
  readonly context: readonly Field[]
}

const ROOM = 50_000 // characters

/** @param inner the context that the layer at fault had, if it is another than the outermost. */
export function seenRequest(request: Request, context: Context, inner: unknown = context): SeenRequest {
  const room = new Room(ROOM)
  const body = { kind: 'none' } as const
  const top = {
    layer: '',
    began: 0,
    calls: [],
    request: { method: request.method, url: request.url, fields: fieldsOf(request, room), body },
    context: describeContext(inner, room),
  }
  const seen = redaction().recording({ id: 0, version: 0, events: [], over: true, characters: 0, top }).top!
  const { remoteAddress, protocol } = context
  const said: Field[] = [['protocol', protocol]]
  if (remoteAddress !== null) said.unshift(['remoteAddress', remoteAddress.address])
  return { ...seen.request, context: [...said, ...Object.entries(seen.context)] }
}

/** `GET /path`, as it may be shown. */
export function shownTarget({ method, url }: Request): string {
  const { pathname, search } = new URL(url)
  return `${method} ${redaction().url(pathname + search)}`
}

function redaction(): Redaction {
  return (made ??= makeRedaction())
}

let made: Redaction | undefined
