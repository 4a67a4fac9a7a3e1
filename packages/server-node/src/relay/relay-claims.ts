import { createHash, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import type { Claims } from '../claims.ts'
import type { Context } from '@fsgi/core'

/** The field by which the front tells the back what only it can know. Only who has the token can write it. */
export const RELAY_FIELD = 'x-fsgi-relay'

/** The field's value: `<token> <base64url of JSON>`. */
export function relayValue(token: string, request: Request, context: Context, exchange?: string): string {
  const { protocol, host } = new URL(request.url)
  const claims: z.infer<typeof schema> = {
    peerAddress: context.peerAddress,
    remoteAddress: context.remoteAddress,
    localAddress: context.localAddress,
    protocol: context.protocol,
    encrypted: context.encrypted,
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: host,
    expects: request.headers.has('expect'),
    ...(exchange !== undefined && { exchange }),
  }
  return `${token} ${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
}

/** Reads the field of a request that came in over the relay's socket; 403 unless it was written with the token. */
export function claimReader(token: string): (incoming: { readonly rawHeaders: readonly string[] }) => Claims | number {
  const expected = digest(token)
  return ({ rawHeaders }) => {
    const value = onlyValue(rawHeaders)
    const space = value.indexOf(' ')
    if (space === -1 || !timingSafeEqual(digest(value.slice(0, space)), expected)) return 403
    const said = schema.safeParse(parsed(value.slice(space + 1)))
    if (!said.success) return 403
    const { expects, ...claims } = said.data
    return { ...claims, hostChecked: true, hidden: expects ? [RELAY_FIELD] : [RELAY_FIELD, 'expect'] }
  }
}

function parsed(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString())
  } catch {
    return undefined
  }
}

const address = z.nullable(z.object({ address: z.string(), port: z.number(), family: z.enum(['IPv4', 'IPv6']) }))

const schema = z.object({
  peerAddress: address,
  remoteAddress: address,
  localAddress: address,
  protocol: z.enum(['HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3']),
  encrypted: z.boolean(),
  scheme: z.enum(['http', 'https']),
  authority: z.string(),
  /** Whether the client sent `Expect`; the front itself always does towards the back, where there is a body. */
  expects: z.boolean(),
  /** What the front calls the exchange. */
  exchange: z.optional(z.string()),
})

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function onlyValue(rawHeaders: readonly string[]): string {
  let found = ''
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== RELAY_FIELD) continue
    if (found !== '') return ''
    found = rawHeaders[i + 1]!
  }
  return found
}
