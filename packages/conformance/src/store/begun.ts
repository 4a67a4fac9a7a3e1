/** Work beside the case. That it fails is known when the case asks for it, and is not a crash of the process before. */
export function begun<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const all = Promise.all(work)
  all.catch(() => undefined)
  return all
}
