// `pnpm new:middleware etag` makes packages/middleware-etag from templates/middleware.
import { copyTemplate } from './new-middleware/copy-template.ts'
import { root } from './workspace.ts'

const [name, ...rest] = process.argv.slice(2).filter((argument) => argument !== '--')
try {
  if (name === undefined || rest.length > 0) throw new Error('give one name, such as: pnpm new:middleware etag')
  const folder = copyTemplate(name, root)
  console.log(`made ${folder}. Next:
  npx -y pnpm@12 install                      its links
  npx -y pnpm@12 vitest run ${folder}    its tests, which pass: they test what the template does
  ${folder}/README.md                    write what yours does, and "description" in package.json; then the tests, then the code
  docs/writing-middleware.md                  goes through it step by step
  npx -y pnpm@12 ok                           everything that a change must pass
  npx -y pnpm@12 changeset                    what the release notes say`)
} catch (error) {
  console.error(`new:middleware: ${(error as Error).message}`)
  process.exitCode = 1
}
