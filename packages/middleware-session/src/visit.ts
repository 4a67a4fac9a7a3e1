import { clearCookie, cookieName, findCookie, putSetCookie, setCookie } from './cookie.ts'
import { editHeaders } from '@fsgi/core'
import { formatToken } from './token.ts'
import { openSession } from './open-session.ts'
import { SessionClosedError } from './live-session.ts'
import { SessionGoneError } from './commit-queue.ts'
import type { Context } from '@fsgi/core'
import type { CookieFound } from './cookie.ts'
import type { LiveSession } from './live-session.ts'
import type { SessionHandle } from './session-handle.ts'
import type { SessionSetup } from './session-setup.ts'

/** One request's way through the middleware: opens the session when asked, then writes it and its cookie. */
export class Visit<T extends object> {
  readonly #setup: SessionSetup<T>
  readonly #request: Request
  readonly #context: Context
  #cookie: CookieFound | undefined
  #opening: Promise<LiveSession<T>> | undefined
  #session: LiveSession<T> | undefined
  #isOver = false
  #watchesLateWrites = false
  /** The verifier that the browser has, or will have. */
  #known: string | undefined

  constructor(setup: SessionSetup<T>, request: Request, context: Context) {
    this.#setup = setup
    this.#request = request
    this.#context = context
  }

  readonly handle: SessionHandle<T> = { open: () => (this.#opening ??= this.#open()) }

  /** Commits, and puts into the response what the session's use demands. @throws what a commit throws. */
  async finish(response: Response): Promise<Response> {
    this.#isOver = true
    const session = await this.#opening?.catch(() => undefined)
    if (this.#opening === undefined) return response
    if (session === undefined) return response.status < 200 ? response : editHeaders(response, varyByCookie)

    const cookieless = response.status < 200 || response.status === 304
    if (cookieless) this.#dropWhatNeedsCookie(session, response.status)
    session.close()
    await this.#save(session)
    if (response.status < 200) return response
    return editHeaders(response, (headers) => {
      varyByCookie(headers)
      const line = this.#setCookie(session)
      if (line === undefined) return
      if (cookieless)
        return this.#context.report(
          new SessionClosedError(`a ${response.status} cannot carry the session's new cookie`),
        )
      putSetCookie(headers, line)
      headers.set('cache-control', 'no-store') // OWASP; a cache must not give one visitor's cookie to another
    })
  }

  /** The handler threw: nothing is written, but what was destroyed stays so. */
  async abandon(): Promise<void> {
    this.#isOver = true
    const session = await this.#opening?.catch(() => undefined)
    if (session === undefined) return
    session.discard()
    session.close()
    await session.commit().catch(this.#context.report)
  }

  async #open(): Promise<LiveSession<T>> {
    if (this.#isOver) throw new SessionClosedError('open() was called after the response was returned: call it before')
    const { encrypted, report } = this.#context
    const { cookie } = this.#setup
    if (cookie.secure === true && !encrypted) {
      throw new Error(
        "@fsgi/middleware-session: option 'cookie.secure' is true, but the request came over plain http: use https, or tell the " +
          'server to trust the proxy that ends it',
      )
    }
    this.#cookie = findCookie(this.#request.headers.get('cookie'), cookieName(cookie, encrypted))
    const onLateWrite = (): void => this.#watchLateWrites()
    this.#session = await openSession(this.#setup, { cookie: this.#cookie, report, onLateWrite })
    this.#known = this.#session.opened?.token.verifier
    return this.#session
  }

  async #save(session: LiveSession<T>): Promise<void> {
    const { report } = this.#context
    const renews = session.renews
    try {
      await session.commit()
    } catch (error) {
      // The writes are lost with the session, as they should be. But nobody may be told that he is logged in.
      if (!(error instanceof SessionGoneError) || renews) throw error
      report(error)
      return
    }
    if (session.opened !== undefined) await this.#setup.save.touch(session.opened).catch(report)
  }

  #dropWhatNeedsCookie(session: LiveSession<T>, status: number): void {
    if (session.pending !== 'cookie') return
    const error = new SessionClosedError(
      `a ${status} cannot carry a cookie, which what was written to the session needs`,
    )
    if (session.renews) throw error
    session.discard()
    this.#context.report(error)
  }

  /** Set when the token is another than the browser has; cleared when there is none any more. */
  #setCookie(session: LiveSession<T>): string | undefined {
    const { cookie, now } = this.#setup
    const { encrypted } = this.#context
    const { opened } = session
    if (opened === undefined) {
      return session.wasDestroyed && this.#cookie!.present ? clearCookie(cookie, encrypted) : undefined
    }
    if (opened.token.verifier === this.#known) return undefined
    const maxAge = cookie.persistent ? Math.ceil((opened.record.absoluteAt - now()) / 1000) : undefined
    return setCookie(cookie, encrypted, formatToken(opened.token), maxAge)
  }

  #watchLateWrites(): void {
    if (this.#watchesLateWrites) return
    this.#watchesLateWrites = true
    this.#context.defer(() => {
      if (this.#session!.pending === 'nothing') return
      this.#context.report(
        new SessionClosedError(
          'the session was written to after the response was returned, and commit() was not called: lost',
        ),
      )
    })
  }
}

function varyByCookie(headers: Headers): void {
  const vary = headers.get('vary')
  if (vary === null) headers.set('vary', 'Cookie')
  else if (!/(^|,)\s*(\*|cookie)\s*(,|$)/i.test(vary)) headers.set('vary', `${vary}, Cookie`)
}
