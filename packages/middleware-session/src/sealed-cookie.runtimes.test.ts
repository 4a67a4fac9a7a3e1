// sealedCookie() inside of every runtime's own server: each seals, reads and changes a session, and opens what another sealed.
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'esbuild'
import { builtProgram } from '../../../scripts/runtimes/built-program.ts'
import { runtimes } from '../../../runtimes/index.ts'
import { startProgram } from '../../../scripts/runtimes/start-program.ts'
import type { Runtime } from '../../../runtimes/index.ts'

const APP = `
import { mount, reply, stack } from '@fsgi/core'
import { session } from '@fsgi/middleware-session'
import { sealedCookie } from '@fsgi/middleware-session/sealed-cookie'
import { z } from 'zod'
const schema = z.object({ visits: z.number().default(0), since: z.date().optional() })
const store = sealedCookie({ keys: ['${'00'.repeat(31)}01'] })
const answer = async (session) => {
  const csrf = [...(await session.derive('csrf')).slice(0, 4)]
  const { visits, since } = session.data
  return reply.json({ visits, since: since instanceof Date ? since.getTime() : null, subject: session.subject ?? null, csrf })
}
export const app = stack(session({ schema, store }))(mount({
  '/visit': async (_request, context) => {
    const session = await context.session.open()
    session.update((data) => {
      data.visits++
      data.since ??= new Date(1000)
    })
    return answer(session)
  },
  '/login': async (_request, context) => {
    const session = await context.session.open()
    session.login('ann')
    return answer(session)
  },
  '/read': async (_request, context) => answer(await context.session.open()),
}))
`

let program: ReturnType<typeof builtProgram>
beforeAll(() => {
  program = builtProgram(['core', 'server-node', 'middleware-session'].map((name) => `@fsgi/${name}`))
})
afterAll(() => program.remove())

/** What each runtime has sealed, for the next. */
let cookie: string | undefined

describe.each(Object.keys(runtimes) as Runtime[])('%s', (runtime) => {
  let server: Awaited<ReturnType<typeof startProgram>>
  beforeAll(async () => {
    const app = join(program.folder, 'app.js')
    writeFileSync(app, APP)
    if (runtime === 'workerd') await bundle(app) // it loads no packages
    server = await startProgram(runtime, program.folder)
  })
  afterAll(() => server.stop())

  async function get(path: string, cookie: string | undefined) {
    const response = await fetch(server.url + path, { headers: cookie === undefined ? {} : { cookie } })
    const [line] = response.headers.getSetCookie()
    return { data: (await response.json()) as Record<string, unknown>, cookie: line?.split(';')[0] }
  }

  test('a sealed session is made, read, changed and logged in', async () => {
    const first = await get('/visit', undefined)
    expect(first).toMatchObject({
      data: { visits: 1, since: 1000, subject: null },
      cookie: expect.stringMatching(/^id=1[\w-]+$/),
    })
    const second = await get('/visit', first.cookie)
    expect(second).toMatchObject({ data: { visits: 2, since: 1000, csrf: first.data['csrf'] } })
    expect(await get('/read', second.cookie)).toEqual({ data: second.data, cookie: undefined })
    const login = await get('/login', second.cookie)
    expect(login.data).toMatchObject({ visits: 2, subject: 'ann' })
    expect(login.data['csrf']).not.toEqual(first.data['csrf'])
  })

  test('a cookie with one character changed is none', async () => {
    const { cookie = '' } = await get('/visit', undefined)
    const at = cookie.length - 10
    const forged = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1)
    expect((await get('/visit', forged)).data).toMatchObject({ visits: 1 })
  })

  test('what the runtime before sealed is opened', async () => {
    const before = cookie === undefined ? 0 : Number((await get('/read', cookie)).data['visits'])
    const mine = await get('/visit', cookie)
    expect(mine.data).toMatchObject({ visits: before + 1 })
    expect(before).toBe(Object.keys(runtimes).indexOf(runtime))
    cookie = mine.cookie
  })
})

async function bundle(app: string): Promise<void> {
  const outfile = `${app}.bundle`
  await build({ entryPoints: [app], outfile, bundle: true, format: 'esm', external: ['node:*'], logLevel: 'silent' })
  cpSync(outfile, app)
}
