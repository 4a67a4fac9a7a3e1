// What the Fetch standard says of a Response, on every runtime inside its own server: reply() and a plain Response, side by side.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtProgram } from '../../../../scripts/runtimes/built-program.ts'
import { declared, declaredOn } from './fixtures/declared.ts'
import { differences } from './fixtures/differences.ts'
import { expectations } from './fixtures/expectations.ts'
import { sendable } from './fixtures/sendable.ts'
import { root } from '../../../../scripts/workspace.ts'
import { runtimes } from '../../../../runtimes/index.ts'
import { startProgram } from '../../../../scripts/runtimes/start-program.ts'
import type { Runtime } from '../../../../runtimes/index.ts'

const DIST = 'node_modules/@fsgi/core/dist'

let program: ReturnType<typeof builtProgram>
beforeAll(() => {
  program = builtProgram(['@fsgi/core', '@fsgi/server-node'])
  compileFixtures(join(program.folder, DIST))
})
afterAll(() => program.remove())

describe.each(Object.keys(runtimes) as Runtime[])('%s', (runtime) => {
  let server: Awaited<ReturnType<typeof startProgram>>
  beforeAll(async () => {
    writeFileSync(join(program.folder, 'app.js'), appFor(runtime))
    server = await startProgram(runtime, program.folder)
  })
  afterAll(() => server.stop())

  test('a reply is what a plain Response is, except where declared', async () => {
    // In a process of its own: Deno 2.9 shares the memory of a Response with its clone and with what arrayBuffer() gives, so
    // that after these expectations it sometimes aborts ("malloc(): smallbin double linked list corrupted").
    const own = await startProgram(runtime, program.folder)
    const response = await fetch(`${own.url}/seen`)
    const { ours, plain } = (await response.json()) as Record<'ours' | 'plain', Record<string, string>>
    await own.stop()
    expect(Object.keys(plain)).toEqual(expectations.map(({ title }) => title))
    expect(differences(ours, plain, declaredOn(runtime))).toEqual({})
  })

  test.each(Object.keys(sendable))('sent: %s', async (name) => {
    const title = `sent: ${name}`
    const [ours, plain] = [await received(server.url, 'reply', name), await received(server.url, 'plain', name)]
    expect(differences({ [title]: ours }, { [title]: plain }, declaredOn(runtime))).toEqual({})
  })
})

test('what is declared is expected somewhere, with a reason', () => {
  const titles = [...expectations.map(({ title }) => title), ...Object.keys(sendable).map((name) => `sent: ${name}`)]
  expect(new Set(titles).size).toBe(titles.length)
  expect(declared.filter(({ title, reason }) => !titles.includes(title) || reason === '')).toEqual([])
})

/** workerd finds modules by the names that the configuration gives them, the others find files. */
function appFor(runtime: Runtime): string {
  const dist = runtime === 'workerd' ? '@fsgi/core/dist' : `./${DIST}`
  return `
import { reply } from '@fsgi/core'
import { observed } from '${dist}/reply/fixtures/expectations.js'
import { plain } from '${dist}/reply/fixtures/expectation.js'
import { sendable } from '${dist}/reply/fixtures/sendable.js'
export const app = async (request) => {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname === '/seen') return reply.json({ ours: await observed(reply), plain: await observed(plain) })
  return sendable[searchParams.get('name')](pathname === '/reply' ? reply : plain)
}
`
}

/** What a client sees, without what depends on the clock, and without what the server chooses: the framing, and a reason where none was given. */
async function received(url: string, maker: 'reply' | 'plain', name: string): Promise<string> {
  const response = await fetch(`${url}/${maker}?name=${encodeURIComponent(name)}`, { redirect: 'manual' })
  const fields = [...response.headers].filter(
    ([field]) => !['date', 'content-length', 'transfer-encoding'].includes(field),
  )
  const reason = response.statusText === 'Made'
  return JSON.stringify([response.status, reason, fields, Buffer.from(await response.arrayBuffer()).toString('hex')])
}

/** Into the built package, which has no fixtures. */
function compileFixtures(outDir: string): void {
  const core = fileURLToPath(new URL('../..', import.meta.url))
  writeFileSync(
    join(outDir, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: false,
        declaration: false,
        noCheck: true,
        rootDir: join(core, 'src'),
        outDir,
        typeRoots: [],
      },
      files: ['expectations', 'sendable'].map((name) => join(core, `src/reply/fixtures/${name}.ts`)),
    }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', outDir, '--types', ''], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the expectations do not build:\n${stdout}`)
}
