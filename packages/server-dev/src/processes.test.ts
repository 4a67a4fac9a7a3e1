import { existsSync, readdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { answering, makeProject } from './fixtures/project.ts'
import { appProcesses, descendants, isRunning } from './fixtures/processes.ts'
import { runCommand, startCommand } from './fixtures/command.ts'
import { until } from './fixtures/until.ts'
import type { Project } from './fixtures/project.ts'

const sockets = ({ folder }: Project): string[] => readdirSync(folder).filter((name) => name.startsWith('fsgi-'))

test.concurrent.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends the server and all its processes in order, and leaves no socket',
  async (signal, t) => {
    const project = makeProject(t, {
      'app.ts': `
      import { writeFileSync } from 'node:fs'
      export default {
        start(host: { defer(close: () => void): void }) {
          host.defer(() => writeFileSync('closed.txt', ''))
          return () => new Response('one')
        },
      }
    `,
    })
    const server = await startCommand(project)
    expect(await (await fetch(server.url)).text()).toBe('one')
    expect(sockets(project)).toHaveLength(1)
    expect(statSync(project.path(sockets(project)[0]!)).mode & 0o777).toBe(0o700)
    const processes = descendants(server.pid)
    expect(processes.length).toBeGreaterThan(0)
    server.kill(signal)
    expect(await server.ended).toBe(0)
    await until(() => !processes.some(isRunning))
    expect(existsSync(project.path('closed.txt'))).toBe(true)
    expect(sockets(project)).toEqual([])
  },
)

test.concurrent('a signal while the application starts ends all at once, and leaves no socket', async (t) => {
  const project = makeProject(t, {
    'app.ts': `export default { start() { console.log('begun'); return new Promise(() => {}) } }`,
  })
  const server = runCommand(project, ['--port', '0', 'app.ts'])
  await until(() => server.output().includes('begun'), server.output)
  const processes = descendants(server.pid)
  expect(processes.length).toBeGreaterThan(0)
  server.kill('SIGTERM')
  expect(await server.ended).toBe(1)
  await until(() => !processes.some(isRunning))
  expect(sockets(project)).toEqual([])
})

test.concurrent('after SIGKILL of the server its processes end by themselves, and take the socket with them', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project)
  const processes = descendants(server.pid)
  server.kill('SIGKILL')
  expect(await server.ended).toBe('SIGKILL')
  await until(() => !processes.some(isRunning))
  expect(sockets(project)).toEqual([])
})

test.concurrent('so does an application in an endless loop', async (t) => {
  const project = makeProject(t, { 'app.ts': `export default () => { for (;;); }\n` })
  const server = await startCommand(project)
  const processes = descendants(server.pid)
  void fetch(server.url).catch(() => {})
  await until(() => server.output().includes('http'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  server.kill('SIGKILL')
  await server.ended
  await until(() => !processes.some(isRunning))
  expect(processes.length).toBeGreaterThan(0)
})

test.concurrent('after five reloads there is one process for the application, one for the next, and one socket', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('0') })
  const server = await startCommand(project)
  for (let n = 1; n <= 5; n++) {
    project.write('app.ts', answering(`${n}`))
    expect(await (await fetch(server.url)).text()).toBe(`${n}`)
  }
  await until(
    () => appProcesses(server.pid).length === 2,
    () => String(appProcesses(server.pid)),
  )
  const folder = sockets(project)[0]!
  await until(
    () => readdirSync(project.path(folder)).length === 1,
    () => readdirSync(project.path(folder)).join(' '),
  )
})

test.concurrent('nobody without the token is answered on the socket, even by its owner', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('secret') })
  await startCommand(project)
  const folder = project.path(sockets(project)[0]!)
  const socket = connect(`${folder}/${readdirSync(folder)[0]}`)
  socket.end('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
  let answer = ''
  for await (const part of socket.setEncoding('utf8')) answer += part
  expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  expect(answer).not.toContain('secret')
})
