import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { serve } from '@fsgi/server-node'
import { dispatcher } from './server/dispatcher/dispatcher.ts'
import { report } from './server/dispatcher/probe.ts'
import type { App } from '@fsgi/core'

const bin = fileURLToPath(new URL('../bin/fsgi-conformance.js', import.meta.url))

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

async function serving(app: App): Promise<string> {
  const server = await serve(app, { port: 0, report })
  onTestFinished(() => server.close({ limit: 100 }))
  return server.url
}

test('the command prints a table, writes a report, and says by its exit code whether anything failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fsgi-conformance-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const origin = await serving(dispatcher)
  const file = join(folder, 'report.json')
  const passing = await run(origin, '--tiers', 'stream,cap:report', '--json', file)
  expect(passing).toMatchObject({ code: 0, stderr: '' })
  expect(passing.stdout).toMatch(/\| http:\/\/127\.0\.0\.1:\d+ \| \d+ passed +\| \d+ passed +\|/)
  const { hosts } = JSON.parse(await readFile(file, 'utf8')) as {
    hosts: { host: string; passed: number; failed: number }[]
  }
  expect(hosts).toMatchObject([{ host: origin, failed: 0, declared: 0 }])
  expect(hosts[0]!.passed).toBeGreaterThan(15)

  const wrong = await serving(async (request, context) => {
    const response = await dispatcher(request, context)
    return response.status === 418 ? new Response('tea') : response
  })
  const failing = await run(wrong, '--tiers', 'core')
  expect(failing.code).toBe(1)
  expect(failing.stdout).toMatch(/P08 S18: .*\n {4}status: expected 418, saw 200/)
})

test('what cannot be checked is refused in one line', async () => {
  const other = await serving(() => new Response('something else'))
  for (const [args, message] of [
    [[], 'missing required args'],
    [['localhost'], "'localhost' is no URL of the kind http://host:port"],
    [[other], 'does not serve the app of the suite: let it serve the default export of @fsgi/conformance/dispatcher'],
    [[other, '--tiers', 'all'], "--tiers: 'all' is none of core, stream"],
  ] as const) {
    const { code, stderr } = await run(...args)
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
    expect(stderr).toContain(message)
  }
})
