import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runtimes } from '../../../runtimes/index.ts'

const run = promisify(execFile)
const script = fileURLToPath(new URL('fixtures/check-runtime.ts', import.meta.url))
const cwd = fileURLToPath(new URL('..', import.meta.url))

const CODED = [true, true, true]

test.each([
  ['node22', ['--no-warnings', script]],
  ['node24', [script]],
  ['node26', [script]],
  ['bun', ['run', script]],
  ['deno', ['run', '--allow-all', '--node-modules-dir=manual', '--quiet', script]],
] as const)(
  '%s: every coding in one go and streamed, events at once, back-pressure, cancelling',
  async (runtime, args) => {
    const { stdout } = await run(runtimes[runtime], args, { cwd })
    const cancels = ['gone']
    expect(JSON.parse(stdout)).toEqual({
      br: CODED,
      zstd: CODED,
      gzip: CODED,
      deflate: CODED,
      ...Object.fromEntries(
        ['br', 'zstd', 'gzip', 'deflate'].flatMap((coding) => [
          [`${coding} events made for five reads`, true],
          [`${coding} cancels`, cancels],
        ]),
      ),
      'pulls for three reads': true,
      'known bytes stay known': true,
    })
  },
)
