import { putSetCookie } from './cookie.ts'
import { editHead } from './edit-head.ts'
import { openSession } from './open-session.ts'
import { SessionClosedError } from './live-session.ts'
import { SessionGoneError } from './commit-queue.ts'
import type { Context } from '@fsgi/core'
import type { Head } from './edit-head.ts'
import type { Keeper, Opened } from './keeper.ts'
import type { LiveSession } from './live-session.ts'
import type { SessionHandle } from './session-handle.ts'
import type { SessionSetup } from './session-setup.ts'

/** One request's way through the middleware: opens the session when asked, then writes it and its cookie. */
export class Visit<T extends object> {
  readonly #setup: SessionSetup<T>
  readonly #request: Request
  readonly #context: Context
  #keeper: Keeper<T> | undefined
  #opening: Promise<LiveSession<T>> | undefined
  #session: LiveSession<T> | undefined
  /** What the browser has. */
  #before: Opened<T> | undefined
  #isOver = false
  #watchesLateWrites = false

  constructor(setup: SessionSetup<T>, request: Request, context: Context) {
    this.#setup = setup
    this.#request = request
    this.#context = context
  }

  readonly handle: SessionHandle<T> = { open: () => (this.#opening ??= this.#open()) }

  /** Commits, and puts into the response what the session's use demands. @throws what a commit throws. */
  async finish(response: Response): Promise<Response> {
    this.#isOver = true
    if (this.#opening === undefined) return response
    const session = this.#session ?? (await this.#opening.catch(() => undefined))
    if (session === undefined) return response.status < 200 ? response : editHead(response, varyByCookie)

    const cookieless = isCookieless(response.status)
    if (cookieless) this.#dropWhatNeedsCookie(session, response.status)
    session.close()
    if (session.state.pending !== 'nothing') await this.#save(session)
    const touching = this.#touch(session.state.opened, response)
    const after = touching instanceof Promise ? await touching : touching
    if (response.status < 200) return response
    const lines = this.#keeper!.cookies({ before: this.#before, after, wasDestroyed: session.state.wasDestroyed })
    return editHead(response, (headers) => {
      varyByCookie(headers)
      if (lines.length === 0) return
      if (cookieless)
        return this.#context.report(
          new SessionClosedError(`a ${response.status} cannot carry the session's new cookie`),
        )
      for (const line of lines) putSetCookie(headers, line)
      headers.set('cache-control', 'no-store') // OWASP; a cache must not give one visitor's cookie to another
    })
  }

  /** The handler threw: nothing is written, but what was destroyed stays so. */
  async abandon(): Promise<void> {
    this.#isOver = true
    const session = await this.#opening?.catch(() => undefined)
    if (session === undefined) return
    session.state.discard()
    session.close()
    await session.state.save().catch(this.#context.report)
  }

  async #open(): Promise<LiveSession<T>> {
    if (this.#isOver) throw new SessionClosedError('open() was called after the response was returned: call it before')
    const { report } = this.#context
    const encrypted = this.#request.url.startsWith('https:') // as far as a proxy that the server trusts (SPEC S3)
    const { cookie } = this.#setup
    if (cookie.secure === true && !encrypted) {
      throw new Error(
        "@fsgi/middleware-session: option 'cookie.secure' is true, but the request came over plain http: use https, or tell the " +
          'server to trust the proxy that ends it',
      )
    }
    const keeper = this.#setup.keeperFor({ request: this.#request, encrypted, report })
    const onLateWrite = (): void => this.#watchLateWrites()
    this.#session = await openSession(this.#setup, { keeper, report, onLateWrite })
    this.#keeper = keeper
    this.#before = this.#session.state.opened
    return this.#session
  }

  async #save(session: LiveSession<T>): Promise<void> {
    const renews = session.state.renewal !== undefined
    try {
      await session.state.save()
    } catch (error) {
      // The writes are lost with the session, as they should be. But nobody may be told that he is logged in.
      if (!(error instanceof SessionGoneError) || renews) throw error
      this.#context.report(error)
    }
  }

  /** What the use of the session has made of it. A response that is meant for everybody does not get a cookie by that. */
  #touch(opened: Opened<T> | undefined, response: Response): Promise<Opened<T>> | Opened<T> | undefined {
    const keeper = this.#keeper!
    if (opened === undefined) return undefined
    if (keeper.inCookie && (isCookieless(response.status) || isPublic(response))) return opened
    const touching = keeper.touch(opened)
    return touching === undefined ? opened : touching.catch((error: unknown) => (this.#context.report(error), opened))
  }

  #dropWhatNeedsCookie(session: LiveSession<T>, status: number): void {
    if (session.state.pending !== 'cookie') return
    const error = new SessionClosedError(
      `a ${status} cannot carry a cookie, which what was written to the session needs`,
    )
    if (session.state.renewal !== undefined) throw error // somebody was to be logged in
    session.state.discard()
    this.#context.report(error)
  }

  #watchLateWrites(): void {
    if (this.#watchesLateWrites) return
    this.#watchesLateWrites = true
    this.#context.defer(() => {
      if (this.#session!.state.pending === 'nothing') return
      this.#context.report(
        new SessionClosedError(
          'the session was written to after the response was returned, and commit() was not called: lost',
        ),
      )
    })
  }
}

function varyByCookie(headers: Head): void {
  const vary = headers.get('vary')
  if (vary === null) headers.set('vary', 'Cookie')
  else if (!/(^|,)\s*(\*|cookie)\s*(,|$)/i.test(vary)) headers.set('vary', `${vary}, Cookie`)
}

function isPublic(response: Response): boolean {
  return /(^|,)\s*(public|s-maxage)\b/i.test(response.headers.get('cache-control') ?? '')
}

/** RFC 9110 §15.2, §15.4.5: a 1xx is not final, and a 304 speaks of a response that a cache keeps for everybody. */
function isCookieless(status: number): boolean {
  return status < 200 || status === 304
}
