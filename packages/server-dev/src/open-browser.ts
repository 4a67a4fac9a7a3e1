import type { Terminal } from './terminal/terminal.ts'

/** Opens the address in the default browser; where there is none, that is said and nothing else happens. */
export async function openBrowser(url: string, terminal: Terminal): Promise<void> {
  try {
    const { default: openInBrowser } = await import('open') // loaded only when it is wanted
    const opener = await openInBrowser(url)
    opener.on('error', (error) => terminal.warn(`no browser could be opened: ${error.message}`))
  } catch (error) {
    terminal.warn(`no browser could be opened: ${error instanceof Error ? error.message : String(error)}`)
  }
}
