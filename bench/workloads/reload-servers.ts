// Development servers, each with the same small app in its own idiom (reload/fixtures/): an entry, three modules, a dependency.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sendRequest } from '../exchange.ts'
import { freePort } from '../servers.ts'
import type { Exchange } from '../exchange.ts'
import type { Start } from '../workload.ts'

export interface DevServer {
  /** Its app, in reload/fixtures/. */
  readonly fixture: string
  /** The module of the app that is changed; it has the version of the code. */
  readonly version: string
  /** What is run in the folder of the app. */
  command(port: number): readonly string[]
  /** Whether it is from reload/package.json. */
  readonly peer?: boolean
}

/** The process of the server is told by it of a folder with its `app`, and room for what it keeps in `tmp`. */
export const VARIABLE = 'BENCH_RELOAD_FOLDER'

const node = process.execPath
const host = '127.0.0.1'

export const devServers: Readonly<Record<string, DevServer>> = {
  'node --watch': { fixture: 'node', version: 'version.js', command: () => [node, '--watch', 'app.js'] },
  fsgi: {
    fixture: 'fsgi',
    version: 'version.ts',
    command(port) {
      // As it is published: it was built into a node_modules beside the folder of this file.
      mkdirSync('node_modules', { recursive: true })
      symlinkSync(fileURLToPath(new URL('../node_modules/@fsgi', import.meta.url)), 'node_modules/@fsgi')
      return [node, 'node_modules/@fsgi/server-dev/bin/fsgi-dev.js', 'app.ts', '--port', `${port}`]
    },
  },
  'tsx watch': {
    fixture: 'tsx',
    version: 'version.ts',
    command: () => [node, 'node_modules/tsx/dist/cli.mjs', 'watch', 'app.ts'],
  },
  '@hono/vite-dev-server': {
    fixture: 'hono',
    version: 'src/version.ts',
    command: (port) => [node, 'node_modules/vite/bin/vite.js', '--host', host, '--port', `${port}`, '--strictPort'],
    peer: true,
  },
  nitro: {
    fixture: 'nitro',
    version: 'server/utils/version.ts',
    command: (port) => [node, 'node_modules/nitropack/dist/cli/index.mjs', 'dev', '--host', host, '--port', `${port}`],
    peer: true,
  },
  ...(flaskVersion() !== undefined && {
    flask: {
      fixture: 'flask',
      version: 'version.py',
      command: (port: number) => ['python3', '-m', 'flask', 'run', '--debug', '--port', `${port}`],
    },
  }),
}

/** `3.1.3 on Python 3.11.7`, where it is installed. */
export function flaskVersion(): string | undefined {
  const program =
    'import platform; from importlib.metadata import version; print(version("flask"), "on Python", platform.python_version())'
  const { status, stdout } = spawnSync('python3', ['-c', program], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** Runs it in a process group of its own, which ends with this process. */
export function startDevServer({ command }: DevServer, exchange: Exchange): Start {
  return async () => {
    const folder = process.env[VARIABLE]!
    process.chdir(join(folder, 'app'))
    const port = await freePort()
    const [program, ...args] = command(port)
    // Its input is a pipe that stays open: some end with it.
    const env = { ...process.env, NODE_ENV: undefined, PORT: `${port}`, TMPDIR: join(folder, 'tmp') }
    const child = spawn(program!, args, { env, detached: true, stdio: ['pipe', 'inherit', 'inherit'] })
    const group = child.pid
    process.once('exit', () => {
      try {
        if (group !== undefined) process.kill(-group, 'SIGKILL')
      } catch {} // it has ended by itself
    })
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`${[program, ...args].join(' ')} ended with exit code ${code}`)
    })
    while (!(await Promise.race([answers(port, exchange), ended]))) await sleep(20)
    return port
  }
}

async function answers(port: number, exchange: Exchange): Promise<boolean> {
  try {
    return (await sendRequest(port, exchange)).status === exchange.answer.status
  } catch {
    return false
  }
}
