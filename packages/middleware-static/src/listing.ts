import { contentTag } from './content-tag.ts'
import { filePath } from './file-path.ts'
import { inMemory } from './in-memory.ts'
import { LISTING_POLICY, listingPage } from './listing-page.ts'
import type { Backend, KnownFile } from './backend.ts'
import type { Representation } from './representation.ts'

export interface Listing {
  readonly page: KnownFile
  readonly representation: Representation
}

/**
 * The page that lists a directory, as a file that is made for the occasion, with conditions and all; `null` where there is no
 * directory. It has the names that a request can reach, and no others.
 */
export async function listing(
  backend: Backend,
  directory: string,
  dotfiles: boolean | readonly string[],
): Promise<Listing | null> {
  const entries = (await backend.list?.(directory)) ?? null
  if (entries === null) return null
  const reachable = entries.filter(({ name }) => isReachable(name, dotfiles))
  const html = listingPage(directory === '' ? '/' : `/${directory}/`, reachable)
  const bytes = new TextEncoder().encode(html)
  const etag = await contentTag(bytes)
  const unchanged = { etag, 'cache-control': 'no-cache', 'content-security-policy': LISTING_POLICY }
  const type = 'text/html;charset=utf-8'
  const head = {
    ...unchanged,
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'content-length': String(bytes.length),
  }
  return {
    page: inMemory(bytes, null, etag),
    representation: { etag, type, lastModified: null, head, unchanged },
  }
}

function isReachable(name: string, dotfiles: boolean | readonly string[]): boolean {
  const asked = name.includes('/') ? null : filePath(`/${name.replaceAll('%', '%25')}`, dotfiles)
  return asked !== null && asked.name === name
}
