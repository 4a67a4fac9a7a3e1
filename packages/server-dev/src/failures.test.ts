import { expect, test } from 'vitest'
import { answering, makeProject } from './fixtures/project.ts'
import { published } from './fixtures/published.ts'
import { startCommand } from './fixtures/command.ts'
import { until } from './fixtures/until.ts'

const html = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

test.concurrent('a save that breaks the code: an error page; the next good save heals it', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project)
  expect(await (await fetch(server.url)).text()).toBe('one')

  project.write('app.ts', 'export default (): Response =>\n  new Response(= "broken")\n')
  const broken = await fetch(server.url, html)
  const page = await broken.text()
  expect(broken.status).toBe(500)
  expect(broken.headers.get('content-type')).toBe('text/html;charset=UTF-8')
  expect(broken.headers.get('cache-control')).toBe('no-store, no-transform')
  expect(broken.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page).toContain('Unexpected &quot;=&quot;')
  expect(page).toContain('app.ts<i>:2:')
  expect(page).toContain('<mark class="row"><i>2</i>')
  expect(page).not.toMatch(/(?:src|href)="?http/)

  const text = await (await fetch(server.url)).text()
  expect(text).toMatch(/^The application did not start\n\nSyntaxError: Unexpected "="\n {2}at app\.ts:2:16\n/)
  expect(server.output()).toContain('SyntaxError: Unexpected "="')

  project.write('app.ts', answering('healed'))
  const healed = await fetch(server.url)
  expect([healed.status, await healed.text()]).toEqual([200, 'healed'])
})

test.concurrent('an application that throws at start: the page is there at once, with causes and code', async (t) => {
  const project = makeProject(t, {
    'app.ts': `import { open } from './database.ts'\n\nexport default { async start() { await open(); return () => new Response() } }\n`,
    'database.ts': `interface Options { a: number }\n\nexport async function open(options?: Options) {\n  throw new Error('no <database>', { cause: new TypeError('refused') })\n}\n`,
  })
  const server = await startCommand(project)
  const text = await (await fetch(server.url)).text()
  expect(text).toContain('Error: no <database>\n')
  expect(text).toContain('  at open database.ts:4:9\n')
  expect(text).toContain("    > 4 |   throw new Error('no <database>'")
  expect(text).toContain('Caused by:\nTypeError: refused')
  const page = await (await fetch(server.url, html)).text()
  expect(page).toContain('no &lt;database&gt;')
  expect(page).not.toContain('no <database>')
  project.write('database.ts', 'export async function open() {}\n')
  expect((await fetch(server.url)).status).toBe(200)
})

test.concurrent('an error that a handler throws: the same page, the request goes on answering, the terminal has it once', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
function loadUser(): never {
  throw new Error('no such user')
}
export default function handler({ url }: Request): Response {
  if (url.endsWith('/boom')) loadUser()
  if (url.endsWith('/nothing')) return undefined as never
  if (url.endsWith('/thrown')) throw 'just text'
  return new Response('fine')
}
`,
  })
  const server = await startCommand(project)
  const page = await fetch(`${server.url}/boom`, html)
  expect(page.status).toBe(500)
  expect(await page.text()).toMatch(/GET \/boom.*no such user.*handler<\/li><li class="fault threw">loadUser/s)
  const text = await fetch(`${server.url}/boom`, { method: 'POST', body: 'x' })
  expect(text.headers.get('content-type')).toBe('text/plain;charset=UTF-8')
  expect(await text.text()).toMatch(
    /^The application threw an error\n\nError: no such user\n {2}handler › loadUser\n {2}at loadUser app\.ts:3:9\n/,
  )
  expect(await (await fetch(`${server.url}/nothing`)).text()).toContain(
    '[fsgi S18] the app must return a Response, but it returned undefined',
  )
  expect(await (await fetch(`${server.url}/thrown`)).text()).toContain("'just text' was thrown")
  expect(await (await fetch(server.url)).text()).toBe('fine')
  expect(server.output().match(/GET \/boom\nError: no such user/g)).toHaveLength(1)
})

test.concurrent('what was deferred has the error, and the layer that threw is named wherever the error is shown', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
import { stack } from '${published('@fsgi/core/dist/index.js')}'
const outer = (app) => async function outer(request, context) {
  context.defer(({ status, error }) => console.log('deferred: ' + status + ' ' + error.message))
  return app(request, context)
}
export default stack(outer)(async function handler() {
  await new Promise((resolve) => setTimeout(resolve, 1))
  throw new Error('too late')
})
`,
  })
  const server = await startCommand(project)
  expect(await (await fetch(server.url)).text()).toContain('Error: too late\n  outer › handler\n')
  await until(() => server.output().includes('deferred: 500 too late'), server.output)
  expect(server.output().match(/GET \/\nError: too late\n {2}outer › handler\n/g)).toHaveLength(1)
})

test.concurrent('an error in a body: the client sees that the body is cut short, the terminal has it once, as the application wrote it', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
export default ({ url }: Request) => new Response(new ReadableStream({
  start(controller) { if (url.endsWith('/late')) controller.enqueue(new TextEncoder().encode('half')) },
  pull() { return new Promise((_, reject) => setTimeout(() => reject(new Error('failure ' + url)), url.endsWith('/late') ? 50 : 0)) },
}))
`,
  })
  const server = await startCommand(project)
  for (const path of ['late', 'at-once']) {
    await expect(fetch(`${server.url}/${path}`).then((response) => response.text())).rejects.toThrow()
    await until(() => new RegExp(`GET .*/${path} 200 .*aborted`).test(server.output()), server.output)
    expect(server.output().match(new RegExp(`Error: failure .*/${path}\n  at .*app.ts:4`, 'g'))).toHaveLength(1)
  }
  expect(server.output()).not.toContain('relay')
})

test.concurrent('S16: that a client has left is no error of the application that hears of it', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
export default ({ url }: Request, { signal }: { signal: AbortSignal }) => new Promise<Response>((_, reject) => {
  signal.addEventListener('abort', () => reject(url.endsWith('/own') ? new Error('an error of its own') : signal.reason))
  console.log('called for ' + url)
})
`,
  })
  const server = await startCommand(project)
  for (const path of ['leaves', 'own']) {
    const client = new AbortController()
    const answer = fetch(`${server.url}/${path}`, { signal: client.signal })
    await until(() => server.output().includes(`/${path}`), server.output)
    client.abort()
    await expect(answer).rejects.toThrow()
    await until(() => server.output().includes(`/${path} closed`), server.output)
  }
  await until(() => server.output().includes('an error of its own'), server.output)
  expect(server.output()).not.toContain('AbortError')
})

test.concurrent('a process that dies in the middle of a body: the terminal says why, once', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
export default () => new Response(new ReadableStream({
  start(controller) { controller.enqueue(new TextEncoder().encode('half')) },
  pull() { return new Promise(() => setTimeout(() => { throw new RangeError('out of nowhere') }, 10)) },
}))
`,
  })
  const server = await startCommand(project)
  await expect(fetch(server.url).then((response) => response.text())).rejects.toThrow()
  await until(() => server.output().includes('RangeError: out of nowhere'), server.output)
  expect(server.output().match(/Error: /g)).toHaveLength(1)
  expect(server.output()).not.toContain('relay')
})

test.concurrent('a process that dies after a save, in the middle of a body of the old code: the terminal says why, once', async (t) => {
  const dying = `
let die = (): void => {}
const body = (): ReadableStream => new ReadableStream({
  start(controller) { controller.enqueue(new TextEncoder().encode('half')) },
  pull() { return new Promise(() => (die = () => { throw new RangeError('out of nowhere') })) },
})
process.on('SIGUSR2', () => setImmediate(die))
export default () => new Response(body(), { headers: { 'content-type': 'text/plain', 'x-pid': String(process.pid) } })
`
  const project = makeProject(t, { 'app.ts': dying })
  const server = await startCommand(project)
  const response = await fetch(server.url)
  const reader = response.body!.getReader()
  await reader.read()
  project.write('app.ts', answering('new'))
  expect(await (await fetch(server.url)).text()).toBe('new')
  process.kill(Number(response.headers.get('x-pid')), 'SIGUSR2')
  await expect(reader.read()).rejects.toThrow()
  await until(() => server.output().includes('RangeError: out of nowhere'), server.output)
  expect(server.output().match(/Error: /g)).toHaveLength(1)
  expect(await (await fetch(server.url)).text()).toBe('new')
})

test.concurrent('other things that a module can have wrong are told as well, and healed by the next save', async (t) => {
  const project = makeProject(t, { 'app.ts': `import './nope.ts'\n`, 'other.ts': 'export const other = 1\n' })
  const server = await startCommand(project)
  const read = async (): Promise<string> => (await fetch(server.url)).text()
  expect(await read()).toMatch(/Cannot find module .*nope\.ts.*\n {2}at app\.ts:1:1/)
  project.write('app.ts', `import {\n  nope,\n} from './other.ts'\nnope()\n`)
  expect(await read()).toMatch(/export named 'nope'\n {2}at app\.ts:2:1/)
  project.write('app.ts', 'export const app = 1\n')
  expect(await read()).toMatch(/app\.ts has no default export: write 'export default app' \(it exports app\)/)
  project.write('app.ts', 'export default 5\n')
  expect(await read()).toMatch(/\[fsgi S35\] an entry is an app .*: found 5/)
  project.write('app.ts', 'process.exit(7)\n')
  expect(await read()).toMatch(/the application's process ended with code 7/)
  project.write('app.ts', answering('healed'))
  expect(await read()).toBe('healed')
})

test.concurrent('a missing file that is created heals the application, also in a new folder', async (t) => {
  const project = makeProject(t, {
    'app.ts': `import { text } from './lib/deep/text.ts'\nexport default () => new Response(text)\n`,
  })
  const server = await startCommand(project)
  expect((await fetch(server.url)).status).toBe(500)
  project.write('lib/deep/text.ts', `export const text = 'there'\n`)
  await until(async () => (await (await fetch(server.url)).text()) === 'there', server.output)
})

test.concurrent('a process that dies under a request: the page says why, and the next request starts it again', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
export default async ({ url }: Request): Promise<Response> => {
  if (url.endsWith('/die')) setTimeout(() => { throw new RangeError('out of nowhere') }, 10)
  if (url.endsWith('/die')) await new Promise(() => {})
  return new Response(String(process.pid))
}
`,
  })
  const server = await startCommand(project)
  const first = await (await fetch(server.url)).text()
  const died = await fetch(`${server.url}/die`)
  expect(died.status).toBe(500)
  expect(await died.text()).toMatch(/^The application crashed\n\nRangeError: out of nowhere\n/)
  const second = await fetch(server.url)
  expect(second.status).toBe(200)
  expect(await second.text()).not.toBe(first)
  expect(server.output().match(/RangeError: out of nowhere/g)).toHaveLength(1)
})

test.concurrent('a broken rule is printed once for each state of the code, with its id; --no-lint is silent', async (t) => {
  const app = `export default () => new Response('x', { headers: { 'connection': 'close' } })\n`
  const [project, silent] = [makeProject(t, { 'app.ts': app }), makeProject(t, { 'app.ts': app })]
  const server = await startCommand(project)
  for (const path of ['/a', '/b', '/c']) expect((await fetch(server.url + path)).status).toBe(200)
  await until(() => server.output().includes('lint ['), server.output)
  expect(server.output().match(/^lint \[fsgi [A-Z]\d+\] .*connection.*$/gm)).toHaveLength(1)
  const unlinted = await startCommand(silent, ['app.ts', '--no-lint'])
  expect((await fetch(unlinted.url)).status).toBe(200)
  unlinted.kill('SIGTERM')
  await unlinted.ended
  expect(unlinted.output()).not.toContain('lint')
})

test.concurrent('a package without "type": "module" works as well', async (t) => {
  const project = makeProject(t, {
    'package.json': '{ "name": "old" }',
    'app.ts': `import { text } from './text'\nexport default (): Response => new Response(text)\n`,
    'text.ts': `export const text: string = 'one'\n`,
  })
  const server = await startCommand(project)
  expect(await (await fetch(server.url)).text()).toBe('one')
  project.write('text.ts', `export const text: string = 'two'\n`)
  expect(await (await fetch(server.url)).text()).toBe('two')
})
