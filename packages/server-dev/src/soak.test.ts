import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { published } from './fixtures/published.ts'

test(
  'the soak, in short: after five reloads under load the server holds no more than before',
  { timeout: 300_000 },
  async () => {
    const soak = fileURLToPath(new URL('../soak.ts', import.meta.url))
    const server = published('@fsgi/server-dev/dist/index.js')
    const args = ['--import', 'tsx', soak, '--reloads', '5', '--files', '100', '--server', server]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
    })
    expect(stdout).toMatch(/^before .*applications 2,.*\nafter .*applications 2,/m)
    expect(stdout).toMatch(/^\d+ answers, 0 failed;/m)
    expect(stdout).toMatch(/^100 files: start \d+ ms, save to answer \d+ ms/m)
  },
)
