import { expect, test } from 'vitest'
import { answering, makeProject } from './fixtures/project.ts'
import { networkNames } from './addresses.ts'
import { rawRequest } from './fixtures/raw-request.ts'
import { startCommand } from './fixtures/command.ts'

const bracketed = (name: string): string => (name.includes(':') ? `[${name}]` : name)

test('--host prints each address that others can use, with that of the inspector, and answers there', async (t) => {
  const names = networkNames(true)
  expect(names.length, 'this test needs a network interface besides the loopback one').toBeGreaterThan(0)
  for (const host of ['--host', '--host=::', '--host=0.0.0.0']) {
    const server = await startCommand(makeProject(t, { 'app.ts': answering('here') }), ['app.ts', host])
    expect(server.url).toBe(`http://localhost:${server.port}`)
    for (const name of host === '--host=0.0.0.0' ? networkNames('0.0.0.0') : names) {
      const url = `http://${bracketed(name)}:${server.port}`
      expect(server.output().split('\n')).toContain(url)
      expect(await (await fetch(url)).text()).toBe('here')
      const page = server
        .output()
        .match(/^inspector: (\S+)$/gm)!
        .map((line) => line.split(' ')[1]!)
      const own = page.find((address) => address.startsWith(url))!
      expect(own).toMatch(/\/__fsgi\/\?token=[\w-]{32,}$/)
      expect(await (await fetch(own)).text()).toContain('fsgi-token')
    }
    for (const loopback of host === '--host=0.0.0.0' ? ['127.0.0.1'] : ['127.0.0.1', '[::1]']) {
      expect(await (await fetch(`http://${loopback}:${server.port}`)).text()).toBe('here')
    }
  }
})

test('another machine gets the application, and the inspector with its token only', async (t) => {
  const [lan] = networkNames('0.0.0.0')
  const server = await startCommand(makeProject(t, { 'app.ts': answering('here') }), ['app.ts', '--host'])
  const token = /token=(\S+)/.exec(server.output())![1]!
  // from the address that the network knows, to the loopback address: neither a loopback peer nor one that is where it asks
  const ask = (target: string, ...fields: string[]): ReturnType<typeof rawRequest> => {
    const head = [`GET ${target} HTTP/1.1`, 'host: localhost', 'connection: close', ...fields]
    return rawRequest({ port: server.port, address: '127.0.0.1', localAddress: lan! }, head)
  }
  expect((await ask('/')).body).toContain('here')
  for (const target of ['/__fsgi/', '/__fsgi/?token=wrong', '/__fsgi/api/exchanges', '/__fsgi/api/events']) {
    const answer = await ask(target)
    expect([target, answer.status]).toEqual([target, 403])
    expect(answer.body).not.toContain(token)
  }
  expect((await ask(`/__fsgi/?token=${token}`)).status).toBe(200)
  expect((await ask('/__fsgi/api/exchanges', `x-fsgi-token: ${token}`)).status).toBe(200)
})

test('a page of another site that points its name at this machine is refused on the network as well', async (t) => {
  const [lan] = networkNames('0.0.0.0')
  const server = await startCommand(makeProject(t, { 'app.ts': answering('here') }), ['app.ts', '--host'])
  for (const [host, status] of [
    [`${lan}:${server.port}`, 200],
    ['evil.example', 403],
    [`${lan}.evil.example`, 403],
    ['0.0.0.0', 403],
    ['203.0.113.9', 403],
  ] as const) {
    const head = ['GET / HTTP/1.1', `host: ${host}`, 'connection: close']
    expect([host, (await rawRequest({ port: server.port, address: lan! }, head)).status]).toEqual([host, status])
  }
})
