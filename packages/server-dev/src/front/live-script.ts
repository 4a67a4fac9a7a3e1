import { readFile } from 'node:fs/promises'
import type { App } from '@fsgi/core'

/** Where pages load it from. */
export const LIVE_SCRIPT = '/__fsgi/live.js'

/** Answers with the script that keeps pages up to date, live/live.js as it stands. */
export const liveScript: App = async () =>
  new Response(await readFile(new URL('../../live/live.js', import.meta.url)), {
    headers: { 'content-type': 'text/javascript;charset=UTF-8' },
  })
