const TAG = /[ \t,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)/y

/** The tags of an If-Match or If-None-Match list (RFC 9110 §8.8.3, §5.6.1), or `null` if it is not one. Commas inside tags are theirs. */
export function parseTags(list: string): string[] | null {
  const tags: string[] = []
  TAG.lastIndex = 0
  while (TAG.lastIndex < list.length) {
    const start = TAG.lastIndex
    const found = TAG.exec(list)
    if (found === null) return tags.length > 0 && /^[ \t,]*$/.test(list.slice(start)) ? tags : null
    tags.push(found[1]!)
  }
  return tags.length > 0 ? tags : null
}

/** Strong comparison: both strong and the same (RFC 9110 §8.8.3.2). */
export function strongMatch(one: string, other: string): boolean {
  return one === other && !one.startsWith('W/')
}

/** Weak comparison: the same but for the weakness (RFC 9110 §8.8.3.2). */
export function weakMatch(one: string, other: string): boolean {
  return opaque(one) === opaque(other)
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
