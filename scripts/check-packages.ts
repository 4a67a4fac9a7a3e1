// `tsx scripts/check-packages.ts`: what every package of the workspace has in common, checked. One file per kind of rule below.
import { catalog, root, workspace } from './workspace.ts'
import { folderRules } from './check-packages/folder-rules.ts'
import { importRules } from './check-packages/import-rules.ts'
import { manifestRules } from './check-packages/manifest-rules.ts'
import { sharedRanges } from './check-packages/shared-ranges.ts'

const packages = workspace()
const wrong = [
  ...packages.flatMap((each) => [...manifestRules(each), ...folderRules(each, root), ...importRules(each, root)]),
  ...sharedRanges(packages, catalog()),
]
for (const line of wrong) console.error(line)
console.log(`${packages.length} packages, ${wrong.length} ${wrong.length === 1 ? 'fault' : 'faults'}`)
if (wrong.length > 0) process.exitCode = 1
