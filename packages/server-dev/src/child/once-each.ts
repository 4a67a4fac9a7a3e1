import type { Finding } from '@fsgi/core/lint'

/** Tells of each kind of finding once: another request or another number does not make it a new one. */
export function onceEach(tell: (message: string) => void): (finding: Finding) => void {
  const told = new Set<string>()
  return ({ message, method, path }) => {
    const kind = message.replace(`${method} ${path}`, '').replaceAll(/\d+/g, '0')
    if (told.has(kind)) return
    told.add(kind)
    tell(message)
  }
}
