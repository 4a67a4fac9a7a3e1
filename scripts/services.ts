// Says which Debian packages `test:services` lacks, and the line that installs them. vitest runs it before that project.
// services.json names each package, and the program or file that shows that it is there.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

const needed = JSON.parse(readFileSync(new URL('services.json', import.meta.url), 'utf8')) as Record<string, string>

/** Ends the process when something is missing: after an error thrown here vitest would say that there are no tests. */
export function setup(): void {
  const missing = Object.entries(needed).filter(([, evidence]) => !isThere(evidence))
  if (missing.length === 0) return
  console.error('test:services needs Debian packages that are not installed:')
  for (const [name, evidence] of missing) console.error(`  ${name} (${evidence} is not there)`)
  const packages = missing.map(([name]) => name).join(' ')
  console.error(`Install them, as root, with\n  apt-get install -y --no-install-recommends ${packages}`)
  if (packages.includes('valkey'))
    console.error('Debian 12 has valkey-server in bookworm-backports only: https://backports.debian.org')
  process.exit(1)
}

function isThere(evidence: string): boolean {
  // Debian keeps servers in /usr/sbin, which is not on everybody's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return isAbsolute(evidence) ? existsSync(evidence) : folders.some((folder) => existsSync(join(folder, evidence)))
}
