import { html, nothing } from 'lit-html'
import { emptyView } from './empty-view.js'
import { exchangeView } from './exchange-view.js'
import { findingsView } from './findings-view.js'
import { headerView } from './header-view.js'
import { helpView } from './help-view.js'
import { listView } from './list-view.js'
import { toolbarView } from './toolbar-view.js'

/**
 * @import { Inspector } from '../inspector.js'
 * @import { VirtualList } from '../virtual-list.js'
 */

/**
 * The whole page: the list, and beside it (on a phone in its place) what was opened.
 * @param {Inspector} inspector
 * @param {VirtualList} list
 */
export function pageView(inspector, list) {
  const { screen, exchanges, connection } = inspector
  const rows = inspector.rows()
  const shown = rows.filter(({ kind }) => kind === 'exchange').length
  const none = shown === 0 && (connection !== 'connecting' || exchanges.newestFirst().length > 0)
  return html`<div class="page ${screen.name}" ?inert=${inspector.help}>
      ${headerView(inspector)} ${toolbarView(inspector, shown)}
      <main>
        <section class="list" aria-label="Exchanges">
          ${none ? emptyView(inspector) : listView(inspector, rows, list)}
        </section>
        ${
          screen.name === 'list'
            ? nothing
            : html`<section class="detail" aria-label=${LABELS[screen.name]}>
                ${screen.name === 'exchange' ? exchangeView(screen.id, inspector) : findingsView(inspector)}
              </section>`
        }
      </main>
    </div>
    <p class="notice" role="status" aria-live="polite">${inspector.notice.text}</p>
    ${helpView(inspector)}`
}

const LABELS = { exchange: 'The exchange', findings: 'Broken rules' }
