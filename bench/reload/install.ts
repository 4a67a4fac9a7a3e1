// Vite and Nitro, 130 MB, are outside the workspace, so that only those who run `pnpm bench reload` have them. They are installed
// here with npm the first time, and whenever package-lock.json changed. No package's install script is run.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const stamp = `${here}node_modules/.installed`

export function installPeers(): void {
  const wanted = readFileSync(`${here}package-lock.json`, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error('installing Vite and Nitro into bench/reload/node_modules, about 130 MB …')
  // Not `npm ci`: it refuses a lock file without every other platform's binaries, which no run here needs.
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = spawnSync('npm', args, { cwd: here, stdio: 'inherit' })
  if (npm.status !== 0) {
    const how = npm.error?.message ?? `exit code ${npm.status}`
    throw new Error(`npm install in bench/reload/ failed (${how}): its message is above`)
  }
  writeFileSync(stamp, wanted)
}
