// A server in a process of its own, seen from outside: its port, what it has used, its end.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChildProcess } from 'node:child_process'
import type { Question, Report } from './run-server.ts'

export interface ServerProcess {
  readonly name: string
  readonly port: number
  /** User and system time of the server and its descendants so far, in microseconds. */
  cpu(): Promise<number>
  /** Resident memory after garbage collection, in bytes. */
  memory(): Promise<number>
  stop(): Promise<void>
}

export interface Program {
  readonly node: string
  /** The built run-server.js. */
  readonly program: string
  readonly workload: string
  readonly part: string
  readonly server: string
}

/** Resolves when the server listens; rejects with what it wrote when it ends instead. */
export async function startServer({ node, program, workload, part, server }: Program): Promise<ServerProcess> {
  const child = spawn(node, ['--expose-gc', program, workload, part, server], {
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const written: Buffer[] = []
  const keep = (chunk: Buffer): void => void (written.length < 100 && written.push(chunk))
  child.stdout!.on('data', keep)
  child.stderr!.on('data', keep)
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(`the process ended with ${signal ?? `exit code ${code}`}`))
  })
  const ended = exited.then(async (how) => {
    await sleep(100) // for what it wrote last; the end of its output may never come where it has left a process behind
    throw new Error(`${how}:\n${Buffer.concat(written).toString()}`)
  })
  ended.catch(() => {}) // whoever waits for the process hears of it
  const told = async <T>(): Promise<T> => Promise.race([message(child) as Promise<T>, ended])
  const ask = async <T>(question: Question): Promise<T> => {
    const answer = told<T>()
    child.send(question)
    return answer
  }

  const { port } = await told<Extract<Report, { port: number }>>()
  return {
    name: server,
    port,
    async cpu() {
      const { micros } = await ask<Extract<Report, { micros: number }>>('cpu')
      return micros + descendants(child.pid!).reduce((sum, pid) => sum + cpuOf(pid), 0)
    },
    async memory() {
      const { bytes } = await ask<Extract<Report, { bytes: number }>>('memory')
      return bytes + descendants(child.pid!).reduce((sum, pid) => sum + memoryOf(pid), 0)
    },
    async stop() {
      const below = descendants(child.pid!)
      if (child.connected) child.disconnect() // it then exits and ends what it has spawned
      const late = setTimeout(() => child.kill('SIGKILL'), 2000)
      await exited
      clearTimeout(late)
      for (const pid of below) kill(pid)
    },
  }
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('message', resolve))
}

// proc(5). Only Linux has it: elsewhere a server is its own process and no more.
function descendants(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' '))
  return children
    .filter(Boolean)
    .map(Number)
    .flatMap((child) => [child, ...descendants(child)])
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function cpuOf(pid: number): number {
  const fields = statOf(pid)
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number)
  const ticks = (user ?? 0) + (system ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0)
  return ticks * 10_000 // USER_HZ is 100 everywhere
}

function memoryOf(pid: number): number {
  return Number(statOf(pid)[21] ?? 0) * 4096
}

/** The fields of /proc/PID/stat after the command's name, which may contain anything. */
function statOf(pid: number): string[] {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {} // it has ended by itself, as it should
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the process ended meanwhile, or there is no /proc
  }
}
