import { chmodSync, renameSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { json } from 'node:stream/consumers'
import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { answering, makeProject } from './fixtures/project.ts'
import { sendLoad, versioned } from './fixtures/load.ts'
import { startCommand } from './fixtures/command.ts'
import { until } from './fixtures/until.ts'
import type { IncomingMessage } from 'node:http'

const read = async (url: string): Promise<string> => (await fetch(url)).text()

test.concurrent('ten reloads under load: no request fails, and none that begins after a save is answered by older code', async (t) => {
  const project = makeProject(t, { 'app.ts': versioned(1) })
  const server = await startCommand(project)
  let saved = 1
  const load = sendLoad(server.port, 6, () => saved)
  for (let version = 2; version <= 11; version++) {
    const before = load.answers
    project.write('app.ts', versioned(version))
    saved = version
    await until(() => load.answers > before + 20 || load.failures.length > 0, server.output)
  }
  await load.stop()
  expect(load.failures).toEqual([])
  expect(load.old).toBe(0)
  expect(load.answers).toBeGreaterThan(200)
  expect(await read(server.url)).toBe('11 ')
})

test.concurrent('a save by rename, several saves at once, and a save during a reload: the newest code answers', async (t) => {
  const project = makeProject(t, {
    'app.ts': `import { text } from './text.ts'\nexport default () => new Response(text)\n`,
    'text.ts': text('one'),
  })
  const server = await startCommand(project)
  expect(await read(server.url)).toBe('one')

  project.write('text.ts.tmp', text('renamed'))
  renameSync(project.path('text.ts.tmp'), project.path('text.ts'))
  expect(await read(server.url)).toBe('renamed')
  project.write('text.ts', text('written in place'))
  expect(await read(server.url)).toBe('written in place')

  renameSync(project.path('text.ts'), project.path('text.ts~')) // as vim does with its backup
  project.write('text.ts', text('backed up'))
  expect(await read(server.url)).toBe('backed up')

  for (let n = 0; n < 20; n++) project.write('text.ts', text(`burst ${n}`))
  expect(await read(server.url)).toBe('burst 19')

  project.write('text.ts', text('first'))
  const waiting = read(server.url)
  await new Promise((resolve) => setTimeout(resolve, 120)) // into the start of the process
  project.write('text.ts', text('second'))
  expect(await read(server.url)).toBe('second')
  expect(await waiting).toBe('second')

  rmSync(project.path('text.ts'))
  expect((await fetch(server.url)).status).toBe(500)
  project.write('text.ts', text('back again'))
  await until(async () => (await read(server.url)) === 'back again', server.output)
})

test.concurrent('a false alarm while the new code starts does not hide from the terminal that it was reloaded', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project)
  expect(await read(server.url)).toBe('one')
  project.write('app.ts', answering('two'))
  await new Promise((resolve) => setTimeout(resolve, 80)) // into the start of the process
  chmodSync(project.path('app.ts'), 0o600) // tells of the file, which is the same
  expect(await read(server.url)).toBe('two')
  await until(() => /^app\.ts changed: reloaded in/m.test(server.output()), server.output)
})

test.concurrent('.env is read, the real environment wins, and a change of it counts; a file that is not loaded does not', async (t) => {
  const project = makeProject(t, {
    'app.ts': `export default () => Response.json([process.env.A, process.env.B, process.env.NODE_ENV, process.pid])\n`,
    '.env': 'A=file\nB=file\n',
    'other.ts': 'export {}\n',
  })
  const server = await startCommand(project, ['app.ts'], { B: 'real' })
  const json = async (): Promise<unknown[]> => (await fetch(server.url)).json() as Promise<unknown[]>
  const [a, b, mode, pid] = await json()
  expect([a, b, mode]).toEqual(['file', 'real', 'development'])
  project.write('other.ts', 'export const a = 1\n')
  expect((await json())[3]).toBe(pid)
  project.write('.env', 'A=changed\nB=file\n')
  expect((await json()).slice(0, 2)).toEqual(['changed', 'real'])
  project.write('.env', 'NODE_ENV=production\n')
  expect(await read(server.url)).toContain('NODE_ENV is production in ')
  rmSync(project.path('.env'))
  await until(async () => (await fetch(server.url)).status === 200, server.output)
  expect((await json()).slice(0, 2)).toEqual([null, 'real'])
})

test.concurrent('what is in flight finishes on the old code, with its cleanup; an event stream ends after two seconds', async (t) => {
  const app = (version: string): string => `
    import { appendFileSync } from 'node:fs'
    const log = (line: string) => appendFileSync(${JSON.stringify('log.txt')}, line + ' ')
    const body = (go: (controller: ReadableStreamDefaultController) => void) => new ReadableStream({ start: go })
    const bytes = new TextEncoder()
    export default {
      start(host: { defer(close: () => void): void }) {
        host.defer(() => log('closed ${version}'))
        return ({ url }: Request) => {
          if (url.endsWith('/slow')) return new Response(body((c) => { c.enqueue(bytes.encode('${version} ')); setTimeout(() => { c.enqueue(bytes.encode('end')); c.close() }, 1200) }))
          if (url.endsWith('/events')) return new Response(body((c) => c.enqueue(bytes.encode('data: ${version}\\n\\n'))), { headers: { 'content-type': 'text/event-stream' } })
          return new Response('${version}')
        }
      },
    }
  `
  const project = makeProject(t, { 'app.ts': app('one') })
  const server = await startCommand(project)
  const slow = await fetch(`${server.url}/slow`)
  const events = await fetch(`${server.url}/events`)
  const reader = events.body!.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('data: one\n\n')

  project.write('app.ts', app('two'))
  expect(await read(server.url)).toBe('two')
  expect(await slow.text()).toBe('one end')
  await expect(reader.read().then(({ done }) => expect(done).toBe(true))).rejects.toThrow() // cut: it had no end
  await until(async () => (await readLog(project.path('log.txt'))) === 'closed one ', server.output)
  server.kill('SIGTERM')
  await server.ended
  expect(await readLog(project.path('log.txt'))).toBe('closed one closed two ')
})

test.concurrent('an exclusive entry: the old one is closed before the new one starts, and the requests wait', async (t) => {
  const app = (version: string): string => `
    import { appendFileSync } from 'node:fs'
    const log = (line: string) => appendFileSync('log.txt', line + ' ')
    export default {
      exclusive: true,
      async start(host: { defer(close: () => Promise<void>): void }) {
        log('open-${version}')
        host.defer(async () => { await new Promise((resolve) => setTimeout(resolve, 100)); log('close-${version}') })
        return () => new Response('${version}')
      },
    }
  `
  const project = makeProject(t, { 'app.ts': app('one') })
  const server = await startCommand(project)
  expect(await read(server.url)).toBe('one')
  project.write('app.ts', app('two'))
  expect(await read(server.url)).toBe('two')
  expect(await readLog(project.path('log.txt'))).toBe('open-one close-one open-two ')
})

test.concurrent('an exclusive entry: what is in flight has two seconds, then it is cut off, and its process is gone before the new one starts', async (t) => {
  const app = (version: string): string => `
    import { appendFileSync, existsSync, readFileSync } from 'node:fs'
    const log = (line: string) => appendFileSync('log.txt', line + ' ')
    const bytes = new TextEncoder()
    export default {
      exclusive: true,
      start(host: { defer(close: () => void): void }) {
        if (existsSync('pid.txt')) log(isRunning(Number(readFileSync('pid.txt', 'utf8'))) ? 'overlap' : 'alone')
        host.defer(() => log('closed-${version}'))
        return ({ url }: Request) => {
          if (url.endsWith('/pid')) return new Response(String(process.pid))
          if (!url.endsWith('/slow') && !url.endsWith('/endless')) return new Response('${version}')
          return new Response(new ReadableStream({
            start(controller) {
              controller.enqueue(bytes.encode('${version} '))
              if (url.endsWith('/slow')) setTimeout(() => { controller.enqueue(bytes.encode('end')); controller.close() }, 700)
            },
            cancel() { log('cut') },
          }))
        }
      },
    }
    function isRunning(pid: number): boolean {
      try { return process.kill(pid, 0) } catch { return false }
    }
  `
  const project = makeProject(t, { 'app.ts': app('one') })
  const server = await startCommand(project)
  project.write('pid.txt', await read(`${server.url}/pid`))
  const [slow, endless] = [await fetch(`${server.url}/slow`), await fetch(`${server.url}/endless`)]
  const rest = endless.text().catch(() => 'cut off')

  const saved = performance.now()
  project.write('app.ts', app('two'))
  expect(await read(server.url)).toBe('two')
  expect(performance.now() - saved).toBeGreaterThan(1900)
  expect(await slow.text()).toBe('one end')
  expect(await rest).toBe('cut off')
  expect(await readLog(project.path('log.txt'))).toBe('cut closed-one alone ')
  expect(server.output()).not.toMatch(/Error|ended/)
})

test.concurrent('an exclusive entry that never lets go is ended, and the new one starts', async (t) => {
  const app = (version: string): string => `
    export default {
      exclusive: true,
      start(host: { defer(close: () => Promise<void>): void }) {
        host.defer(() => new Promise(() => {}))
        return () => new Response('${version}')
      },
    }
  `
  const project = makeProject(t, { 'app.ts': app('one') })
  const server = await startCommand(project)
  expect(await read(server.url)).toBe('one')
  project.write('app.ts', app('two'))
  expect(await read(server.url)).toBe('two')
})

test.concurrent('a request that has waited for 30 seconds is answered 503, as a page that tries again', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project)
  project.write('app.ts', `await new Promise(() => setInterval(() => {}, 1000))\n`)
  const began = performance.now()
  const waited = await fetch(server.url)
  expect(performance.now() - began).toBeGreaterThan(29_000)
  expect(waited.status).toBe(503)
  expect(waited.headers.get('retry-after')).toBe('3')
  expect(waited.headers.get('refresh')).toBe('3')
  expect(await waited.text()).toContain('still starting after 30 seconds')
  project.write('app.ts', answering('two'))
  expect(await read(server.url)).toBe('two')
})

test.concurrent('a start that hangs is given up when the code is saved again; requests that waited get the new code', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const server = await startCommand(project)
  project.write('app.ts', `await new Promise(() => setInterval(() => {}, 1000))\n`)
  const waiting = read(server.url)
  await new Promise((resolve) => setTimeout(resolve, 300))
  project.write('app.ts', answering('two'))
  expect(await waiting).toBe('two')
})

test.concurrent('the application sees the client itself: address, target, host, and a body that is streamed', async (t) => {
  const project = makeProject(t, {
    'app.ts': `
      export default async (request: Request, context: any) => Response.json({
        peer: context.peerAddress, remote: context.remoteAddress, local: context.localAddress.port, target: context.target, url: request.url,
        protocol: context.protocol, encrypted: context.encrypted, fields: [...request.headers.keys()], body: await request.text(),
      })
    `,
  })
  const server = await startCommand(project)
  const body = 'x'.repeat(100_000)
  const headers = { host: `app.localhost:${server.port}`, 'content-length': body.length }
  const outgoing = request({
    host: '127.0.0.1',
    port: server.port,
    agent: false,
    method: 'POST',
    path: '//a/../b%2f?q=%zz',
    headers,
  })
  outgoing.end(body)
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  const port = outgoing.socket?.localPort
  const seen = (await json(incoming)) as Record<string, unknown>
  expect(seen).toMatchObject({
    target: '//a/../b%2f?q=%zz',
    local: server.port,
    protocol: 'HTTP/1.1',
    encrypted: false,
    body,
  })
  expect(seen['url']).toMatch(new RegExp(`^http://app\\.localhost:${server.port}/.*b%2f\\?q=%zz$`))
  expect(seen['peer']).toEqual({ address: '127.0.0.1', family: 'IPv4', port })
  expect(seen['remote']).toEqual(seen['peer'])
  expect(seen['fields']).toEqual(['content-length', 'host']) // nothing of ours
})

const text = (value: string): string => `export const text = ${JSON.stringify(value)}\n`

function readLog(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
