/** The workloads in the order in which they run and are shown; each is the file of that name beside this one. */
export const names = [
  'hello',
  'json',
  'body',
  'stream',
  'headers',
  'layers',
  'stack',
  'session',
  'gzip',
  'static',
  'connections',
  'start',
  'reload',
] as const

export type Name = (typeof names)[number]
