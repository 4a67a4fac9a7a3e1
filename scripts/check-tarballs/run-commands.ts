import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { run } from './run.ts'
import type { Consumer } from './consumer.ts'
import type { Package } from '../workspace.ts'

/** The app that a command is given to serve. */
const apps: Readonly<Record<string, string>> = { 'fsgi-serve': 'app.js', 'fsgi-dev': 'app.ts' }

/** Asks every command for help, starts it on an app, sends a request, and ends it with SIGTERM. */
export async function runCommands({ folder }: Consumer, packages: readonly Package[]): Promise<string[]> {
  const wrong: string[] = []
  for (const command of packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))) {
    const path = join(folder, 'node_modules/.bin', command)
    const app = apps[command]
    const unusable = run(`${command} --help`, path, ['--help'], folder)
    wrong.push(...unusable)
    if (app === undefined) wrong.push(`${command} is not known to run-commands.ts: say there which app it serves`)
    else if (unusable.length === 0)
      wrong.push(...(await serves(path, app, folder)).map((fault) => `${command} ${app}: ${fault}`))
  }
  return wrong
}

async function serves(path: string, app: string, folder: string): Promise<string[]> {
  const child = spawn(path, [app, '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const output: string[] = []
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  try {
    const url = await Promise.race([
      firstUrl(child.stdout, output),
      exit.then(([code]) => `ended with exit code ${code}`),
    ])
    if (!url.startsWith('http')) return [`${url}:\n${output.join('\n')}`]
    const text = await (await fetch(`${url}/here`, { signal: AbortSignal.timeout(20_000) })).text()
    return text === 'hello from /here' ? [] : [`answered ${JSON.stringify(text)}:\n${output.join('\n')}`]
  } catch (error) {
    return [`${String(error)}:\n${output.join('\n')}`]
  } finally {
    child.kill('SIGTERM')
    await exit
  }
}

async function firstUrl(stdout: NodeJS.ReadableStream, output: string[]): Promise<string> {
  const lines = createInterface({ input: stdout })
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      output.push(line)
      const [url] = /http:\/\/[^\s/]+/.exec(line) ?? []
      if (url !== undefined) resolve(url)
    })
    lines.on('close', () => resolve('printed no address'))
  })
}
