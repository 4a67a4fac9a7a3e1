import { announceAddresses } from './announce.ts'
import { openBrowser } from '../open-browser.ts'
import type { DevServer } from '../start-dev-server.ts'
import type { Terminal } from './terminal.ts'

/** What each key does, in words. */
export const KEYS = {
  r: 'restart the application',
  o: 'open the page in the browser',
  i: 'open the inspector',
  u: 'show the addresses',
  c: 'clear the screen',
  q: 'quit',
  h: 'show this',
} as const

export type Key = keyof typeof KEYS

/** What each key does. */
export function keyCommands(server: DevServer, terminal: Terminal, quit: () => void): Record<Key, () => void> {
  const { local, inspector } = server.addresses
  return {
    r: () => void server.restart(),
    o: () => void openBrowser(local, terminal),
    i() {
      if (inspector[0] === undefined) return terminal.note('the inspector is off')
      terminal.note(`inspector: ${inspector[0]}`)
      void openBrowser(inspector[0], terminal)
    },
    u: () => announceAddresses(terminal, server.addresses),
    c: () => terminal.clear(),
    q: quit,
    h() {
      for (const [key, meaning] of Object.entries(KEYS)) terminal.note(`  ${key}  ${meaning}`)
    },
  }
}
