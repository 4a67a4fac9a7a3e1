/** @import { Field } from '../src/inspector/recorded.ts' */

/**
 * What became of one value from one border to the next.
 * @typedef {{ kind: 'added' | 'removed' | 'changed', name: string, before?: string, after?: string }} Change
 */

/**
 * The fields that were added, removed or changed. A name that occurs more than once (`set-cookie`) is compared value by
 * value; a value that only moved has not changed.
 * @param {readonly Field[]} before
 * @param {readonly Field[]} after
 * @returns {Change[]} in the order of the fields after, what was removed last
 */
export function fieldChanges(before, after) {
  const [old, now] = [valuesByName(before), valuesByName(after)]
  const names = new Set([...now.keys(), ...old.keys()])
  return [...names].flatMap((name) => valueChanges(name, old.get(name) ?? [], now.get(name) ?? []))
}

/**
 * @param {Readonly<Record<string, string>>} before
 * @param {Readonly<Record<string, string>>} after
 */
export const recordChanges = (before, after) => fieldChanges(Object.entries(before), Object.entries(after))

/** @param {readonly Field[]} fields */
function valuesByName(fields) {
  /** @type {Map<string, string[]>} */
  const values = new Map()
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value])
  return values
}

/**
 * @param {string} name
 * @param {readonly string[]} before
 * @param {readonly string[]} after
 * @returns {Change[]}
 */
function valueChanges(name, before, after) {
  /** @type {Change[]} */
  const changes = []
  const removed = without(before, after)
  const added = without(after, before)
  const both = Math.min(removed.length, added.length)
  for (const [index, value] of added.slice(0, both).entries()) changes.push(changed(name, removed[index] ?? '', value))
  for (const value of added.slice(both)) changes.push({ kind: 'added', name, after: value })
  for (const value of removed.slice(both)) changes.push({ kind: 'removed', name, before: value })
  return changes
}

/**
 * @param {string} name
 * @param {string} before
 * @param {string} after
 * @returns {Change}
 */
export const changed = (name, before, after) => ({ kind: 'changed', name, before, after })

/**
 * What is in a list more often than in the other.
 * @param {readonly string[]} list
 * @param {readonly string[]} other
 */
function without(list, other) {
  const left = [...other]
  return list.filter((value) => {
    const index = left.indexOf(value)
    if (index !== -1) left.splice(index, 1)
    return index === -1
  })
}
