import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { answering, makeProject } from './fixtures/project.ts'
import { runCommand, startCommand } from './fixtures/command.ts'

test.concurrent.for<[string[], Record<string, string>, string]>([
  [[], {}, 'which application? Give the file that exports it, as in: fsgi-dev app.ts (--help lists the options)'],
  [['app.ts', '--prot', '1'], {}, "unknown option '--prot': did you mean '--port'?"],
  [['gone.ts'], {}, 'there is no file gone.ts in'],
  [['app.ts', '--port', 'abc'], {}, `option 'port' must be an integer from 0 to 65535, but it is "abc"`],
  [['app.ts', '--port', '0', '--host', '203.0.113.9'], {}, 'the host 203.0.113.9 is not an address of this machine'],
  [['app.ts'], { NODE_ENV: 'production' }, 'NODE_ENV is production in the environment'],
])('%j with %j ends with one clear line and code 1', async ([args, env, message], t) => {
  const command = runCommand(makeProject(t, { 'app.ts': answering('x') }), args, env)
  expect(await command.ended).toBe(1)
  expect(command.output()).toContain(message)
  expect(command.output().trim().split('\n')).toHaveLength(1)
  expect(command.output()).toMatch(/^fsgi-dev: /)
})

test.concurrent('a port that is taken: the next free one, and a line that says so', async (t) => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  t.onTestFinished(() => void taken.close())
  const { port } = taken.address() as { port: number }
  const server = await startCommand(makeProject(t, { 'app.ts': answering('here') }), ['app.ts', '--port', String(port)])
  expect(server.port).toBeGreaterThan(port)
  expect(server.output()).toContain(`port ${port} is taken: this is ${server.port}`)
  expect(await (await fetch(server.url)).text()).toBe('here')
})

test.concurrent('--host listens there, with a warning', async (t) => {
  const open = await startCommand(makeProject(t, { 'app.ts': answering('here') }), ['app.ts', '--host', '0.0.0.0'])
  expect(open.output()).toContain('others on the network may see your code')
  expect(await (await fetch(open.url)).text()).toBe('here')
})

test.concurrent('both loopback addresses by default; a line for each request, without colours or control characters; an end with code 0', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
      export default ({ method }: Request) =>
        method === 'GET' ? new Response('four', { status: 404, headers: { 'content-length': '4' } }) : new Response(null, { status: 404 })
    `,
  })
  const server = await startCommand(project)
  expect(server.output()).not.toContain('others')
  expect(await (await fetch(`http://127.0.0.1:${server.port}/a?b=%1b[31m`)).text()).toBe('four')
  await (await fetch(`http://[::1]:${server.port}/none`, { method: 'POST', body: 'x' })).text()
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.output()).toMatch(/^\d\d:\d\d:\d\d GET {2}\/a\?b=%1b\[31m 404 \d+(\.\d+)? m?s 4 B$/m)
  expect(server.output()).toMatch(/^\d\d:\d\d:\d\d POST \/none 404 /m)
  expect(server.output()).not.toContain('\u001B')
})

test.concurrent('in the workspace it runs from its sources, without a build: with a config, and after a reload', async (t) => {
  const project = makeProject(t, {
    'app.ts': answering('one'),
    'fsgi.config.ts': `const entry: string = 'app.ts'\nexport default { entry }\n`,
  })
  const bin = fileURLToPath(new URL('../bin/fsgi-dev.js', import.meta.url))
  const server = await startCommand(project, [], {}, process.execPath, bin)
  expect(await (await fetch(server.url)).text()).toBe('one')
  expect((await fetch(`${server.url}/__fsgi/`)).status).toBe(200)
  project.write('app.ts', 'export default 5\n')
  expect(await (await fetch(server.url)).text()).toContain('[fsgi S35] an entry is an app')
  project.write('app.ts', answering('two'))
  expect(await (await fetch(server.url)).text()).toBe('two')
})
