import { reply } from '@fsgi/core'
import { reasonsOf } from './new-message.ts'
import { renderPage } from './page.ts'
import { range } from './query.ts'
import type { z } from 'zod'
import type { Messages } from './messages.ts'
import type { SiteContext } from './site-context.ts'

const AT_ONCE = 20

export interface ShowPageOptions {
  /** Shows what is older than this message. */
  readonly before?: string | undefined
  /** A message that could not be taken, and why: the page is then a 400 with the form as it was sent. */
  readonly rejected?: { readonly draft: { readonly name: string; readonly text: string }; readonly error: z.ZodError }
}

/** The page for this visitor: with the name they last signed with, and what there is to tell them. */
export async function showPage(messages: Messages, context: SiteContext, options: ShowPageOptions): Promise<Response> {
  const before = range.safeParse({ before: options.before }).data?.before
  const session = await context.session.open()
  const page = messages.page({ before, limit: AT_ONCE + 1 })
  const { rejected } = options
  const body = await renderPage({
    messages: page.slice(0, AT_ONCE),
    more: page.length > AT_ONCE,
    older: before !== undefined,
    notice: rejected ? undefined : await session.take('notice'),
    draft: rejected?.draft ?? { name: session.data.name, text: '' },
    reasons: rejected && reasonsOf(rejected.error),
  })
  return reply(body, {
    status: rejected ? 400 : 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store', // it may hold what the visitor wrote
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Everything comes from this site, and nothing is inline. */
const POLICY = [
  "default-src 'none'",
  ...['style-src', 'script-src', 'img-src', 'connect-src', 'form-action'].map((directive) => `${directive} 'self'`),
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
