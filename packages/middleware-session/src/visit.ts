import { editHeaders, headersOf } from '@fsgi/core'
import { ownCopy } from './own-copy.ts'
import { putSetCookie } from './cookie.ts'
import { openSession } from './open-session.ts'
import { SessionClosedError } from './live-session.ts'
import { SessionGoneError } from './commit-queue.ts'
import type { Context, HeaderFields } from '@fsgi/core'
import type { Keeper, Opened } from './keeper.ts'
import type { LiveSession } from './live-session.ts'
import type { SessionHandle } from './session-handle.ts'
import type { SessionSetup } from './session-setup.ts'
import type { Visitor } from './open-session.ts'

/** One request's way through the middleware: opens the session when asked, then writes it and its cookie. */
export class Visit<T extends object> implements Visitor<T> {
  readonly request: Request
  readonly #setup: SessionSetup<T>
  readonly #context: Context
  #keeper: Keeper<T> | undefined
  #opening: Promise<LiveSession<T>> | undefined
  #session: LiveSession<T> | undefined
  /** What the browser has. */
  #before: Opened<T> | undefined
  #isOver = false
  #watchesLateWrites = false

  constructor(setup: SessionSetup<T>, request: Request, context: Context) {
    this.request = request
    this.#setup = setup
    this.#context = context
  }

  open(): Promise<LiveSession<T>> {
    return (this.#opening ??= this.#open())
  }

  /** As far as a proxy that the server trusts (SPEC S3). */
  get encrypted(): boolean {
    return this.request.url.startsWith('https:')
  }

  get isOpened(): boolean {
    return this.#opening !== undefined
  }

  report(error: unknown): void {
    this.#context.report(error)
  }

  onOpen(session: LiveSession<T>, keeper: Keeper<T>): void {
    this.#session = session
    this.#keeper = keeper
    this.#before = session.state.opened
  }

  onLateWrite(): void {
    if (this.#watchesLateWrites) return
    this.#watchesLateWrites = true
    this.#context.defer(() => {
      if (this.#session!.state.pending === 'nothing') return
      this.report(
        new SessionClosedError(
          'the session was written to after the response was returned, and commit() was not called: lost',
        ),
      )
    })
  }

  /** Commits, and puts into the response what the session's use demands. @throws what a commit throws. */
  finish(response: Response): Response | Promise<Response> {
    this.#isOver = true
    if (this.#opening === undefined) return response
    const session = this.#session
    if (session === undefined) return this.#finishUnopened(response)
    if (isCookieless(response.status)) this.#dropWhatNeedsCookie(session, response.status)
    session.close()
    return session.state.pending === 'nothing' ? this.#touch(session, response) : this.#save(session, response)
  }

  /** It is being opened still, or that has failed. */
  async #finishUnopened(response: Response): Promise<Response> {
    const session = await this.#opening!.catch(() => undefined)
    if (session !== undefined) return this.finish(response)
    return response.status < 200 ? response : editHeaders(response, varyByCookie)
  }

  /** The handler threw: nothing is written, but what was destroyed stays so. */
  async abandon(): Promise<void> {
    this.#isOver = true
    const session = await this.#opening?.catch(() => undefined)
    if (session === undefined) return
    session.state.discard()
    session.close()
    await session.state.save()?.catch((error: unknown) => this.report(error))
  }

  #open(): Promise<LiveSession<T>> {
    const refusal = this.#refusal()
    if (refusal !== undefined) return Promise.reject(refusal)
    try {
      return Promise.resolve(openSession(this.#setup, this))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #refusal(): Error | undefined {
    if (this.#isOver) return new SessionClosedError('open() was called after the response was returned: call it before')
    if (this.#setup.cookie.secure !== true || this.encrypted) return undefined
    return new Error(
      "@fsgi/middleware-session: option 'cookie.secure' is true, but the request came over plain http: use https, or tell the " +
        'server to trust the proxy that ends it',
    )
  }

  #save(session: LiveSession<T>, response: Response): Response | Promise<Response> {
    const renews = session.state.renewal !== undefined
    const saving = session.state.save()
    if (saving === undefined) return this.#touch(session, response)
    return saving.then(
      () => this.#touch(session, response),
      (error: unknown) => {
        // The writes are lost with the session, as they should be. But nobody may be told that he is logged in.
        if (!(error instanceof SessionGoneError) || renews) throw error
        this.report(error)
        return this.#touch(session, response)
      },
    )
  }

  /** The use of the session moves its limit. A response that is meant for everybody does not get a cookie by that. */
  #touch(session: LiveSession<T>, response: Response): Response | Promise<Response> {
    const keeper = this.#keeper!
    const { opened } = session.state
    const mayTouch = !keeper.inCookie || !(isCookieless(response.status) || isPublic(response))
    const touching = opened !== undefined && mayTouch ? keeper.touch(opened) : opened
    if (!(touching instanceof Promise)) return this.#complete(session, touching, response)
    return touching
      .catch((error: unknown) => (this.report(error), opened))
      .then((after) => this.#complete(session, after, response))
  }

  #complete(session: LiveSession<T>, after: Opened<T> | undefined, response: Response): Response {
    if (response.status < 200) return response
    const lines = this.#keeper!.cookies({ before: this.#before, after, wasDestroyed: session.state.wasDestroyed })
    if (lines.length === 0) return editHeaders(response, varyByCookie)
    if (isCookieless(response.status)) {
      this.report(new SessionClosedError(`a ${response.status} cannot carry the session's new cookie`))
      return editHeaders(response, varyByCookie)
    }
    return editHeaders(ownCopy(editHeaders(response, varyByCookie)), (head) => {
      for (const line of lines) putSetCookie(head, line)
      head.set('cache-control', 'no-store') // OWASP; a cache must not give one visitor's cookie to another
    })
  }

  #dropWhatNeedsCookie(session: LiveSession<T>, status: number): void {
    if (session.state.pending !== 'cookie') return
    const error = new SessionClosedError(
      `a ${status} cannot carry a cookie, which what was written to the session needs`,
    )
    if (session.state.renewal !== undefined) throw error // somebody was to be logged in
    session.state.discard()
    this.report(error)
  }
}

/** What the handler gets of a visit. */
export class Handle<T extends object> implements SessionHandle<T> {
  readonly #visit: Visit<T>

  constructor(visit: Visit<T>) {
    this.#visit = visit
  }

  /** So that `const { open } = context.session` works. */
  get open(): () => Promise<LiveSession<T>> {
    const visit = this.#visit
    return () => visit.open()
  }
}

function varyByCookie(headers: HeaderFields): void {
  const vary = headers.get('vary')
  if (vary === null) headers.append('vary', 'Cookie')
  else if (!/(^|,)\s*(\*|cookie)\s*(,|$)/i.test(vary)) headers.set('vary', `${vary}, Cookie`)
}

function isPublic(response: Response): boolean {
  return /(^|,)\s*(public|s-maxage)\b/i.test(headersOf(response).get('cache-control') ?? '')
}

/** RFC 9110 §15.2, §15.4.5: a 1xx is not final, and a 304 speaks of a response that a cache keeps for everybody. */
function isCookieless(status: number): boolean {
  return status < 200 || status === 304
}
