// The middleware suite inside every runtime's own server: what the suite asks of a middleware must not depend on where it runs.
// The packages are the built ones, found by their folders: this package cannot depend on the middlewares, which depend on it.
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'esbuild'
import { builtProgram } from '../../../scripts/runtimes/built-program.ts'
import { middlewareCases } from './middleware/cases.ts'
import { runtimes } from '../../../runtimes/index.ts'
import { startProgram } from '../../../scripts/runtimes/start-program.ts'
import type { Runtime } from '../../../runtimes/index.ts'

const APP = `
import { checkMiddleware } from '@fsgi/conformance'
import { mount, reply } from '@fsgi/core'
import { gzip } from '@fsgi/middleware-gzip'
import { session } from '@fsgi/middleware-session'
import { memory, serveStatic } from '@fsgi/middleware-static'
import { z } from 'zod'
const schema = z.object({ visits: z.number().default(0) })
const checked = (make) => async () => {
  const results = await checkMiddleware(make)
  return reply.json(results.map((result) => [result.case.id, result.error?.message ?? 'passed']))
}
export const app = mount({
  '/identity': checked(() => (app) => app),
  '/gzip': checked(() => gzip()),
  '/session': checked(() => session({ schema })),
  '/static': checked(() => serveStatic(memory({ '/index.html': 'a file' }))),
  '/closed': checked(() => () => () => reply('closed', { status: 403 })),
})
`

const packages = ['core', 'server-node', 'conformance', 'middleware-gzip', 'middleware-session', 'middleware-static']
const everyCase = Object.fromEntries(middlewareCases.map(({ id }) => [id, 'passed']))

let program: ReturnType<typeof builtProgram>
beforeAll(() => {
  program = builtProgram(packages.map((name) => `@fsgi/${name}`))
})
afterAll(() => program.remove())

describe.each(Object.keys(runtimes) as Runtime[])('%s', (runtime) => {
  let server: Awaited<ReturnType<typeof startProgram>>
  beforeAll(async () => {
    writeFileSync(join(program.folder, 'app.js'), APP)
    // workerd loads no packages: there the app is one file, as its users' bundlers make it.
    if (runtime === 'workerd') await bundleApp(program.folder)
    server = await startProgram(runtime, program.folder)
  })
  afterAll(() => server.stop())
  const resultsOf = async (path: string): Promise<Record<string, string>> =>
    Object.fromEntries((await (await fetch(server.url + path)).json()) as [string, string][])

  test.each([['identity'], ['gzip'], ['session'], ['static']])('%s passes every case', async (name) => {
    expect(await resultsOf(`/${name}`)).toEqual(everyCase)
  })

  test('a middleware that answers everything itself does not', async () => {
    const results = await resultsOf('/closed')
    expect(Object.keys(results)).toEqual(Object.keys(everyCase))
    expect(Object.values(results).filter((result) => result === 'passed').length).toBeLessThan(
      middlewareCases.length / 2,
    )
  })
})

async function bundleApp(folder: string): Promise<void> {
  const outfile = join(folder, 'bundle.js')
  await build({
    entryPoints: [join(folder, 'app.js')],
    outfile,
    bundle: true,
    format: 'esm',
    external: ['node:*'],
    logLevel: 'silent',
  })
  cpSync(outfile, join(folder, 'app.js'))
}
