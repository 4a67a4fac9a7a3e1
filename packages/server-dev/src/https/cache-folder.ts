import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this user keeps what can be made again: by the XDG base directories, or as the system has it. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = env
  if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '') return join(XDG_CACHE_HOME, 'fsgi')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'fsgi')
  if (platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'fsgi', 'Cache')
  return join(homedir(), '.cache', 'fsgi')
}
