import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Package } from '../workspace.ts'

/** The files a package must have, and those that its package.json names. One line per fault. */
export function folderRules({ folder, manifest }: Package, root: string): string[] {
  const files = new Map<string, string>()
  if (folder !== 'docs' && folder !== 'bench') files.set('README.md', 'its README')
  if (folder.startsWith('packages/')) {
    files.set('LICENSE', 'its LICENSE')
    if (manifest.version !== '0.0.0') files.set('CHANGELOG.md', 'its CHANGELOG, which `changeset version` writes')
  }
  for (const [key, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') files.set(target, `the target of the export "${key}"`)
  }
  for (const [command, target] of Object.entries(manifest.bin ?? {})) files.set(target, `the command ${command}`)

  const wrong = [...files]
    .filter(([file]) => !existsSync(join(root, folder, file)))
    .map(([file, what]) => `${join(folder, file)} is not there: it is ${what}`)
  const license = join(root, folder, 'LICENSE')
  if (existsSync(license) && readFileSync(license, 'utf8') !== readFileSync(join(root, 'LICENSE'), 'utf8')) {
    wrong.push(`${join(folder, 'LICENSE')} is not the LICENSE of the root`)
  }
  return wrong
}
