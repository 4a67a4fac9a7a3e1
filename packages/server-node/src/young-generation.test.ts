import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { head } from './fixtures/head.ts'
import { RawClient } from './fixtures/raw-client.ts'

const POSTS = 3000
const program = fileURLToPath(new URL('fixtures/posts-server.ts', import.meta.url))

// docs/decisions/0010: whatever of an exchange is in the old generation keeps the rest of it from being collected.
test('a request that is over is collected while it is young', async () => {
  const child = fork(program, {
    execArgv: ['--import', 'tsx', '--max-semi-space-size=1', '--trace-gc-nvp'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  let trace = ''
  child.stdout!.on('data', (text: Buffer) => (trace += text.toString()))
  try {
    const [port] = (await once(child, 'message')) as [number]
    await post(port) // compiles, and makes what stays
    const before = trace.length
    await post(port)
    const collections = trace.slice(before).match(/ gc=s.* promoted=\d+/g) ?? []
    expect(collections.length).toBeGreaterThan(3)
    const promoted = collections.reduce((sum, line) => sum + Number(/\d+$/.exec(line)![0]), 0)
    expect(promoted / POSTS).toBeLessThan(2000) // bytes; all of a request takes more than 4000
  } finally {
    child.disconnect()
    await once(child, 'exit')
  }
})

async function post(port: number): Promise<void> {
  const client = new RawClient({ port, address: '127.0.0.1' })
  for (let i = 0; i < POSTS; i++) {
    const answered = client.received.length
    client.send(`${head('POST / HTTP/1.1', 'Host: h', 'Content-Length: 5')}hello`)
    await client.until((text) => text.length > answered && text.endsWith('\r\n\r\n5'))
  }
  client.destroy()
}
