import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { run } from './run.ts'
import type { Consumer } from './consumer.ts'
import type { Package } from '../workspace.ts'

/** Asks every command for help, and uses it as its README says. */
export async function runCommands({ folder }: Consumer, packages: readonly Package[]): Promise<string[]> {
  const wrong: string[] = []
  for (const command of packages.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))) {
    const use = uses[command]
    const unusable = run(`${command} --help`, pathOf(command, folder), ['--help'], folder)
    wrong.push(...unusable)
    if (use === undefined) wrong.push(`${command} is not known to run-commands.ts: say there how it is used`)
    else if (unusable.length === 0) wrong.push(...(await use(folder)).map((fault) => `${command}: ${fault}`))
  }
  return wrong
}

const uses: Readonly<Record<string, (folder: string) => Promise<string[]>>> = {
  'fsgi-serve': (folder) => serving('fsgi-serve', 'app.js', folder, saysHello),
  'fsgi-dev': (folder) => serving('fsgi-dev', 'app.ts', folder, saysHello),
  'fsgi-conformance': (folder) =>
    serving('fsgi-serve', 'node_modules/@fsgi/conformance/dist/server/dispatcher.js', folder, async (url) => {
      const path = pathOf('fsgi-conformance', folder)
      return run('fsgi-conformance', path, [url, '--tiers', 'cap:informational'], folder)
    }),
}

async function saysHello(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/here`, { signal: AbortSignal.timeout(20_000) })).text()
  return text === 'hello from /here' ? [] : [`answered ${JSON.stringify(text)}`]
}

const pathOf = (command: string, folder: string): string => join(folder, 'node_modules/.bin', command)

/** Starts a command on an app, does something with the address that it prints, and ends it with SIGTERM. */
async function serving(
  command: string,
  app: string,
  folder: string,
  use: (url: string) => Promise<string[]>,
): Promise<string[]> {
  const child = spawn(pathOf(command, folder), [app, '--port', '0'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const output: string[] = []
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  try {
    const url = await Promise.race([
      firstUrl(child.stdout, output),
      exit.then(([code]) => `ended with exit code ${code}`),
    ])
    const faults = url.startsWith('http') ? await use(url) : [url]
    return faults.map((fault) => `${app}: ${fault}:\n${output.join('\n')}`)
  } catch (error) {
    return [`${app}: ${String(error)}:\n${output.join('\n')}`]
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
