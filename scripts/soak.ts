// `pnpm soak session …`: runs the soak.ts of a package, whose name may lack `middleware-`; what follows is for it.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const [given, ...rest] = process.argv.slice(2).filter((argument, index) => index > 0 || argument !== '--')
const soaks = readdirSync(packages).filter((name) => existsSync(join(packages, name, 'soak.ts')))
const found = soaks.find((name) => name === given || name === `middleware-${given}`)
if (found === undefined) {
  const names = soaks.map((name) => name.replace(/^middleware-/, '')).join(', ')
  console.error(`soak: ${given === undefined ? 'which' : `there is no '${given}'`}? There are ${names}`)
  process.exit(2)
}
const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'soak.ts', ...rest], {
  cwd: join(packages, found),
  stdio: 'inherit',
})
process.exit(status ?? 1)
