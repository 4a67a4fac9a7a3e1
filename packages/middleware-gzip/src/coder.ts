import { bodyOf, editHeaders, headersOf, reply } from '@fsgi/core'
import { abandon } from './abandon.ts'
import { cacheKey } from './cache-key.ts'
import { EncodedCache } from './encoded-cache.ts'
import { weaken } from './etag.ts'
import { levelFor } from './levels.ts'
import { negotiate } from './negotiate.ts'
import { padGzip, padGzipStream, randomPadding } from './pad-gzip.ts'
import { mayBeWhole, peek } from './peek.ts'
import { numberFor } from './per-response.ts'
import { flushesEachChunk, thresholdFor, treatment } from './treatment.ts'
import { varyOnAcceptEncoding } from './vary.ts'
import type { Codec } from './codec.ts'
import type { Coding } from './coding.ts'
import type { ChunkReader } from './chunk-reader.ts'
import type { Encoded } from './encoded.ts'
import type { HeaderFields } from '@fsgi/core'
import type { EtagPolicy } from './etag.ts'
import type { Choice } from './negotiate.ts'
import type { GzipSettings } from './options.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** How one response is coded. */
interface Job {
  readonly request: Request
  readonly response: Response
  readonly coding: Coding
  readonly codec: Codec
  readonly level: number
  /** The most bytes to pad it with. */
  readonly pad: number
  readonly key: string | null
}

/** Makes coded responses of those of the app. */
export class Coder {
  readonly #settings: GzipSettings
  readonly #codecs: ReadonlyMap<Coding, Codec>
  readonly #etags: EtagPolicy
  readonly #canFlush: boolean
  readonly #cache: EncodedCache | null

  constructor(settings: GzipSettings, codecs: ReadonlyMap<Coding, Codec>, etags: EtagPolicy) {
    this.#settings = settings
    this.#codecs = codecs
    this.#etags = etags
    this.#canFlush = [...codecs.values()].every((codec) => codec.canFlush)
    this.#cache = settings.cache > 0 ? new EncodedCache(settings.cache) : null
  }

  /** The response to send to a client that is to get `choice`: the same one, or its content coded. */
  answer(request: Request, response: Response, choice: Choice): Response | Promise<Response> {
    const settings = this.#settings
    const body = bodyOf(response)
    const head = headersOf(response)
    const fate = treatment(request, response, head, body, settings, this.#canFlush)
    if (fate === 'leave') return response
    if (fate === 'vary' || choice === 'identity' || choice === 'none') return this.#varied(request, response, choice)

    const pad = numberFor(settings.pad, 'pad', [0, 65_535], request, response)
    const coding = pad > 0 && choice !== 'gzip' ? negotiate(request.headers.get('accept-encoding'), ONLY_GZIP) : choice
    const codec = this.#codecs.get(coding as Coding)
    if (codec === undefined) return this.#varied(request, response, choice)
    const level = levelFor(settings.level, coding as Coding, request, response)
    const key = this.#cache && cacheKey(request, response.status, head, body, coding as Coding, level)
    const job = { request, response, coding: coding as Coding, codec, level, pad, key }

    const kept = key === null ? undefined : this.#cache?.get(key)
    if (kept === null) return this.#varied(request, response, choice)
    if (kept !== undefined) {
      const answered = this.#coded(job, kept)
      if (body === undefined) abandon(response)
      return answered
    }
    if (body === null) return editHeaders(response, (head) => this.#describe(head, job)) // HEAD (RFC 9110 §9.3.2)
    if (body === undefined) return this.#unknown({ ...job, response: editHeaders(response, varyOnAcceptEncoding) })
    return this.#known(job, body)
  }

  /** The headers of the response are mutable: after its body was looked into it could not be made so. */
  #unknown(job: Job): Response | Promise<Response> {
    const { request, response } = job
    const body = response.body!
    if (flushesEachChunk(request, response, response.headers.get('content-type'), this.#settings))
      return this.#stream(job, body.getReader(), true)
    if (!mayBeWhole(body)) return this.#stream(job, body.getReader(), false)
    return peek(body).then((found) => {
      if (!(found instanceof Uint8Array)) return this.#stream(job, found, false)
      const again = { ...job, response: reply(found, response) }
      if (found.byteLength >= thresholdFor(request, response, this.#settings)) return this.#known(again, found)
      return this.#varied(request, again.response, job.coding)
    })
  }

  #known(job: Job, content: string | Bytes): Response | Promise<Response> {
    const { request, response, coding, codec, level, key } = job
    const finish = (coded: Encoded): Response =>
      coded === null ? this.#varied(request, response, coding) : this.#coded(job, coded)
    const encode = (): Encoded | Promise<Encoded> => codec.encode(content, level)
    const coded = key === null || this.#cache === null ? encode() : this.#cache.through(key, encode)
    return coded instanceof Promise ? coded.then(finish) : finish(coded)
  }

  #coded(job: Job, coded: Bytes): Response {
    const sent = job.pad > 0 ? padGzip(coded, randomPadding(job.pad)) : coded
    return editHeaders(reply(sent, job.response), (head) => {
      this.#describe(head, job)
      head.set('content-length', String(sent.byteLength))
    })
  }

  #stream(job: Job, source: ChunkReader, flushed: boolean): Response {
    const { codec, level, pad, key, response } = job
    let body = codec.encodeStream(source, level, flushed)
    if (key !== null && this.#cache !== null) body = this.#cache.collect(key, body)
    if (pad > 0) body = padGzipStream(body, randomPadding(pad))
    return editHeaders(new Response(body as ReadableStream<Bytes>, response), (head) => this.#describe(head, job))
  }

  /** The response as it is, with what caches need to know. */
  #varied(request: Request, response: Response, choice: Choice): Response {
    return editHeaders(response, (head) => {
      varyOnAcceptEncoding(head)
      if (response.status === 304) this.#etags.notModified(head, request, choice)
    })
  }

  /** The fields of coded content. What was said about the bytes before is no longer so (SPEC M10). */
  #describe(head: HeaderFields, { coding, pad }: Job): void {
    head.set('content-encoding', coding)
    varyOnAcceptEncoding(head)
    this.#etags.coded(head, coding)
    if (pad > 0) weaken.coded(head, coding) // the bytes are others each time
    for (const name of OF_THE_UNCODED) head.delete(name)
  }
}

/** Ranges of a coding made on the fly cannot be asked for; the digests cover the representation as coded (RFC 9530 §3). */
const OF_THE_UNCODED = ['content-length', 'accept-ranges', 'repr-digest', 'digest'] as const

const ONLY_GZIP = ['gzip'] as const
