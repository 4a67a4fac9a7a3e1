import type { Package } from '../workspace.ts'

/** A package from elsewhere has one range in the whole workspace, the catalog's where it has one. One line per fault. */
export function sharedRanges(packages: readonly Package[], catalog: Readonly<Record<string, string>>): string[] {
  const seen = new Map<string, { range: string; where: string }>()
  for (const [name, range] of Object.entries(catalog)) seen.set(name, { range, where: 'the catalog' })
  const wrong: string[] = []
  for (const { folder, manifest } of packages) {
    const { dependencies, devDependencies, optionalDependencies } = manifest
    for (const [name, range] of [dependencies, devDependencies, optionalDependencies].flatMap((each) =>
      Object.entries(each ?? {}),
    )) {
      if (range.startsWith('workspace:') || range === 'catalog:') continue
      const first = seen.get(name)
      if (first === undefined) seen.set(name, { range, where: folder })
      else if (first.range !== range)
        wrong.push(`${folder}/package.json: ${name} is "${range}" but "${first.range}" in ${first.where}`)
    }
  }
  return wrong
}
