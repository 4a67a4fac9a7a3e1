import { request } from 'node:https'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { answering, makeProject } from '../fixtures/project.ts'
import { makeCertificate } from './make-certificate.ts'
import { runCommand, startCommand } from '../fixtures/command.ts'
import type { IncomingMessage } from 'node:http'

const FACTS = `export default ({ url, headers }: Request, { encrypted, protocol, localAddress }: any) =>
  Response.json({ url, encrypted, protocol, port: localAddress.port, host: headers.get('host') })\n`

interface Asked {
  readonly host?: string
  readonly address?: string
  readonly path?: string
  readonly headers?: Record<string, string>
}

/** Asks over TLS, and trusts nothing but this certificate. */
async function ask(port: number, ca: string | Buffer, asked: Asked = {}): Promise<{ status: number; text: string }> {
  const { host = 'localhost', address = '127.0.0.1', path = '/', headers = {} } = asked
  const servername = host === '127.0.0.1' ? '' : host
  const outgoing = request({
    host: address,
    servername,
    port,
    path,
    ca,
    agent: false,
    headers: { host: `${host}:${port}`, ...headers },
  })
  outgoing.end()
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: incoming.statusCode!, text: await text(incoming) }
}

test.concurrent('--https: TLS that a client trusts who trusts the certificate; the application sees it; kept for the next start', async (t) => {
  const project = makeProject(t, { 'app.ts': FACTS })
  const env = { XDG_CACHE_HOME: project.path('cache') }
  const server = await startCommand(project, ['app.ts', '--https'], env)
  const ca = readFileSync(project.path('cache/fsgi/localhost.pem'))
  expect(server.output()).toContain(
    `made a certificate that browsers ask about until you trust it; it is in ${project.path('cache/fsgi/localhost.pem')}`,
  )
  expect(server.output()).toMatch(/^https:\/\/localhost:\d+$/m)
  expect(server.output()).toContain(`inspector: https://localhost:${server.port}/__fsgi/`)
  for (const [host, address] of [
    ['localhost', '127.0.0.1'],
    ['localhost', '::1'],
    ['127.0.0.1', '127.0.0.1'],
  ] as const) {
    const answer = await ask(server.port, ca, { host, address, path: '/a?b' })
    expect(JSON.parse(answer.text)).toEqual({
      url: `https://${host}:${server.port}/a?b`,
      encrypted: true,
      protocol: 'HTTP/1.1',
      port: server.port,
      host: `${host}:${server.port}`,
    })
  }
  await expect(ask(server.port, (await makeCertificate(['localhost'])).cert as string)).rejects.toThrow(/self-signed/)
  server.kill('SIGTERM')
  await server.ended

  const again = await startCommand(project, ['app.ts', '--https'], env)
  expect((await ask(again.port, ca)).status).toBe(200)
  expect(again.output()).not.toContain('certificate')
})

test.concurrent('over TLS the checks of host and origin are the same, with https', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project, ['app.ts', '--https'], { XDG_CACHE_HOME: project.path('cache') })
  const ca = readFileSync(project.path('cache/fsgi/localhost.pem'))
  const { port } = server
  const status = async (asked: Asked): Promise<number> => (await ask(port, ca, asked)).status
  expect(await status({ headers: { host: 'evil.example' } })).toBe(403)
  expect(await status({ headers: { host: `app.localhost:${port}` } })).toBe(200)
  expect(await status({ path: '/__fsgi/live.js', headers: { origin: `https://localhost:${port}` } })).toBe(200)
  for (const origin of [`http://localhost:${port}`, `https://localhost:${port + 1}`, 'https://evil.example', 'null']) {
    expect(await status({ path: '/__fsgi/live.js', headers: { origin } }), origin).toBe(403)
  }
})

test.concurrent('--host names and addresses are in the certificate', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const env = { XDG_CACHE_HOME: project.path('cache') }
  const server = await startCommand(project, ['app.ts', '--https', '--host', 'app.localhost'], env)
  expect(server.url).toBe(`https://app.localhost:${server.port}`)
  const file = /it is in (\S+)/.exec(server.output())![1]!
  expect((await ask(server.port, readFileSync(file), { host: 'app.localhost' })).status).toBe(200)
})

test.concurrent('with files of one’s own, named in fsgi.config.ts from its folder', async (t) => {
  const project = makeProject(t, {
    'fsgi.config.ts': `export default { https: { key: 'certs/key.pem', cert: 'certs/cert.pem' } }\n`,
    'certs/key.pem': '',
    'src/app.ts': FACTS,
  })
  const { key, cert } = (await makeCertificate(['localhost'])) as { key: string; cert: string }
  writeFileSync(project.path('certs/key.pem'), key)
  writeFileSync(project.path('certs/cert.pem'), cert)
  const server = await startCommand(project, ['src/app.ts'])
  expect(JSON.parse((await ask(server.port, cert)).text)).toMatchObject({ encrypted: true })
  expect(server.output()).not.toContain('certificate')
})

test.concurrent('files that are not there, or do not fit, are named', async (t) => {
  const [one, two] = [await makeCertificate(['localhost']), await makeCertificate(['localhost'])]
  const project = makeProject(t, {
    'app.ts': answering('x'),
    'key.pem': String(one.key),
    'cert.pem': String(two.cert),
    'text.pem': 'x',
  })
  for (const [key, cert, message] of [
    ['gone.pem', 'cert.pem', `fsgi-dev: option 'https.key' is ${project.path('gone.pem')}: there is no such file`],
    ['key.pem', '.', `fsgi-dev: option 'https.cert' is ${project.folder}: EISDIR`],
    ['key.pem', 'cert.pem', `fsgi-dev: option 'https' must name a key and its certificate in PEM: `],
    ['key.pem', 'text.pem', `fsgi-dev: option 'https' must name a key and its certificate in PEM: `],
  ] as const) {
    const command = runCommand(project, ['app.ts', '--https-key', key, '--https-cert', cert])
    expect(await command.ended).toBe(1)
    expect(command.output()).toContain(message)
    expect(command.output().trim().split('\n')).toHaveLength(1)
  }
})

test.concurrent('a request without TLS is not answered, and disturbs nobody', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project, ['app.ts', '--https'], { XDG_CACHE_HOME: project.path('cache') })
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  let received = ''
  socket.setEncoding('latin1').on('data', (part: string) => (received += part))
  await once(socket, 'close')
  expect(received).not.toContain('one')
  expect((await ask(server.port, readFileSync(project.path('cache/fsgi/localhost.pem')))).text).toBe('one')
})
