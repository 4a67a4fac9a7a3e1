/** @import { Summary } from '../src/inspector/recorded.ts' */

/**
 * A line of the list: an exchange, or the mark where another state of the code begins (it answered what is above).
 * @typedef {{ kind: 'exchange', key: number, summary: Summary } | { kind: 'code', key: string, version: number }} ListRow
 */

/**
 * The lines of the list, the newest first.
 * @param {readonly Summary[]} summaries the newest first
 * @param {number | undefined} current the version of the code that answers now
 * @returns {ListRow[]}
 */
export function listRows(summaries, current) {
  /** @type {ListRow[]} */
  const rows = []
  let version = current
  for (const summary of summaries) {
    if (version !== undefined && summary.version !== version)
      rows.push({ kind: 'code', key: `code ${version} above ${summary.id}`, version })
    version = summary.version
    rows.push({ kind: 'exchange', key: summary.id, summary })
  }
  return rows
}
