import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runtimes } from '../../runtimes/index.ts'
import { workerdConfig } from './workerd-config.ts'
import type { Readable } from 'node:stream'
import type { Runtime } from '../../runtimes/index.ts'

/** Starts the program of a folder on a runtime; resolves when it listens. @throws {Error} with its output if it ends first. */
export async function startProgram(
  runtime: Runtime,
  folder: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  if (runtime === 'workerd') writeFileSync(join(folder, 'workerd.capnp'), workerdConfig(folder))
  const env = { ...process.env, DENO_DIR: join(folder, '.deno'), DENO_NO_UPDATE_CHECK: '1' }
  const child = spawn(runtimes[runtime], argumentsOf(runtime), {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const output: string[] = []
  const [stdout, stderr, control] = child.stdio.slice(1, 4) as [Readable, Readable, Readable]
  for (const stream of [stdout, stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  const ended = once(child, 'exit')

  // workerd says on its fourth descriptor where it listens; the others print it.
  const lines = createInterface({ input: runtime === 'workerd' ? control : stdout })
  const port = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const [, found] = /listening on (\d+)|"port":(\d+)/.exec(line)?.filter(Boolean) ?? []
      if (found !== undefined) resolve(found)
    })
    void ended.then(([code]) => reject(new Error(`${runtime} ended with exit code ${code}:\n${output.join('')}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function argumentsOf(runtime: Runtime): string[] {
  if (runtime === 'bun') return ['bun.js']
  if (runtime === 'deno') return ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', 'deno.js']
  if (runtime === 'workerd') return ['serve', '--control-fd=3', 'workerd.capnp']
  return ['node.js']
}
