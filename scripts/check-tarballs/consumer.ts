import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'
import { catalog, root } from '../workspace.ts'
import type { Package } from '../workspace.ts'

/** A project as a user has it: the files of `consumer/` in a fresh folder, with the tarballs from npm's hands. */
export interface Consumer {
  readonly folder: string
  readonly remove: () => void
}

/** @throws {Error} with npm's output, if it cannot install them. */
export function newConsumer(packages: readonly Package[]): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-tarballs-'))
  const remove = (): void => rmSync(folder, { recursive: true })
  cpSync(fileURLToPath(new URL('consumer', import.meta.url)), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest(packages), null, 2))
  const [fault] = run('npm install', 'npm', ['install', '--no-audit', '--no-fund'], folder)
  if (fault !== undefined) {
    remove()
    throw new Error(fault)
  }
  return { folder, remove }
}

function manifest(packages: readonly Package[]): object {
  const tarball = (folder: string): string => `file:${join(root, folder, 'package.tgz')}`
  const ours = Object.fromEntries(packages.map(({ folder, manifest: { name } }) => [name, tarball(folder)]))
  const peers = packages.flatMap(({ manifest: { peerDependencies } }) => Object.entries(peerDependencies ?? {}))
  return {
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(peers.filter(([name]) => !(name in ours))),
      ...ours,
      'core-copy': tarball('packages/core'),
      '@types/node': catalog()['@types/node'],
      typescript5: 'npm:typescript@~5.9.3',
      typescript7: `npm:typescript@${catalog()['typescript']}`,
    },
    // They depend on each other by version, which is not in the registry before it is published.
    overrides: Object.fromEntries(Object.keys(ours).map((name) => [name, `$${name}`])),
  }
}
