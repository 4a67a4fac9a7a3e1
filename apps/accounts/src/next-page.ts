/**
 * Where to go after logging in: one of the pages that ask for it, else the first. A list and not a pattern, as patterns of
 * what is "local" fail at `//evil.example`, `/\evil.example` or `/.//evil.example`.
 */
export function nextPage(asked: string | null): string {
  return PAGES.find((page) => page === asked) ?? '/'
}

const PAGES = ['/', '/devices']
