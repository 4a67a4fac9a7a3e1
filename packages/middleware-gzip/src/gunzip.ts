import { reply } from '@fsgi/core'
import { contentCodings } from './content-codings.ts'
import { decoders } from './decoders.ts'
import { DecodingLimits } from './decoding-limits.ts'
import { DecodingError } from './decoding-error.ts'
import { gunzipSettings } from './gunzip-options.ts'
import type { App, Context, Middleware } from '@fsgi/core'
import type { ChunkReader } from './chunk-reader.ts'
import type { Coding } from './coding.ts'
import type { Decode } from './decoders.ts'
import type { GunzipOptions, GunzipSettings } from './gunzip-options.ts'

/**
 * Decodes the bodies of requests, as the app reads them, so that the app sees the content that the client has coded
 * (RFC 9110 §8.4): gzip, deflate, br and zstd, up to five of them one in the other. Answers 415 to other codings, 400 to
 * content that is not what it says, 413 to content that is larger than allowed.
 *
 * ```ts
 * export default stack(gunzip({ maxBytes: 1_000_000 }))(async (request) => reply.json(await request.json()))
 * ```
 * @throws {TypeError} for an option that is not as documented.
 */
export function gunzip(options: GunzipOptions = {}): Middleware {
  const settings = gunzipSettings(options)
  const available = decoders()

  return function gunzip<C extends Context>(app: App<C>): App<C> {
    return function gunzipped(request, context) {
      const field = request.headers.get('content-encoding')
      if (field === null || request.body === null) return app(request, context)
      const names = contentCodings(field)
      if (names === null) return reply(`malformed content-encoding: ${field}\n`, { status: 400 })
      if (names.length === 0) return app(request, context)
      const layers = names.map((name) => available.get(name as Coding))
      if (layers.length > MOST_LAYERS || !isComplete(layers)) return unsupported(field, available)
      return decodedCall(app, request, context, layers, settings)
    }
  }
}

/** Each layer costs a decompressor, and a bomb can be coded again and again. */
const MOST_LAYERS = 5

async function decodedCall<C extends Context>(
  app: App<C>,
  request: Request,
  context: C,
  layers: readonly Decode[],
  { maxBytes, maxRatio }: GunzipSettings,
): Promise<Response> {
  const limits = new DecodingLimits(maxBytes, maxRatio)
  const given = {
    check: (total: number): void => limits.check(total),
    opened: (free: () => void): void => context.defer(free), // an app may stop reading without saying so
  }
  let body: ReadableStream<Uint8Array> | undefined
  for (const decode of layers.toReversed()) {
    body = decode(body?.getReader() ?? received(request, limits), given)
  }
  const headers = new Headers(request.headers)
  for (const name of OF_THE_CODED) headers.delete(name)
  const init: RequestInit & { duplex: 'half' } = {
    headers,
    body: body as ReadableStream<Uint8Array<ArrayBuffer>>,
    duplex: 'half',
  }
  try {
    return await app(new Request(request, init), context)
  } catch (error) {
    const reason = decodingError(error)
    if (reason === undefined) throw error
    context.report(reason)
    return reason.getResponse()
  }
}

/** They are of the bytes that were sent (RFC 9110 §8.4, §8.6, RFC 9530 §2 and §3). */
const OF_THE_CODED = ['content-encoding', 'content-length', 'content-digest', 'content-md5', 'repr-digest', 'digest']

/** The body as received. It is touched when it is first read: one that the app does not want stays unread. */
function received(request: Request, limits: DecodingLimits): ChunkReader {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  return {
    async read() {
      const result = await (reader ??= request.body!.getReader()).read()
      if (!result.done) limits.receive(result.value.byteLength)
      return result
    },
    cancel: (reason) => (reader ?? request.body!).cancel(reason),
  }
}

/** The fault of the client that an error of the app stands for, if that is what it is. */
function decodingError(error: unknown): DecodingError | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if (cause instanceof DecodingError) return cause
  }
  return undefined
}

/** Says what would have been understood (RFC 9110 §12.5.3, §15.5.16). */
function unsupported(field: string, available: ReadonlyMap<Coding, Decode>): Response {
  const accepted = [...available.keys()].join(', ')
  return reply(
    `cannot decode a body with content-encoding: ${field}; up to ${MOST_LAYERS} of ${accepted} are accepted\n`,
    {
      status: 415,
      headers: { 'accept-encoding': accepted },
    },
  )
}

function isComplete(layers: readonly (Decode | undefined)[]): layers is readonly Decode[] {
  return !layers.includes(undefined)
}
