import { readFile } from 'node:fs/promises'
import { CliError } from './load-entry.ts'
import type { ServeOptions, Tls } from '../options.ts'

/** The options of the command line as cac gives them: numbers where a value looks like one, lists where it is repeated. */
export type Flags = Record<string, string | number | (string | number)[] | undefined>

/** The options for `serve`, which checks them. `context.env` is the environment of the process. */
export async function serveOptions(flags: Flags): Promise<ServeOptions> {
  const tls = await readTls(flags)
  return {
    ...(flags['port'] === undefined ? {} : { port: flags['port'] as number }),
    ...(flags['host'] === undefined ? {} : { host: String(flags['host']) }),
    ...(flags['socket'] === undefined ? {} : { socket: String(flags['socket']) }),
    ...(tls === undefined ? {} : { tls }),
    ...(flags['trustProxy'] === undefined ? {} : { trustProxy: list(flags['trustProxy']) }),
    ...(flags['maxBodyBytes'] === undefined ? {} : { maxBodyBytes: flags['maxBodyBytes'] as number }),
    ...(flags['closeTimeout'] === undefined ? {} : { timeouts: { close: flags['closeTimeout'] as number } }),
    env: process.env,
  }
}

/** Key and certificate from their files; `undefined` where neither is given. */
export async function readTls(flags: Flags): Promise<Tls | undefined> {
  const { tlsKey, tlsCert } = flags
  if (tlsKey === undefined && tlsCert === undefined) return undefined
  if (tlsKey === undefined) throw new CliError('--tls-cert needs --tls-key as well')
  if (tlsCert === undefined) throw new CliError('--tls-key needs --tls-cert as well')
  return { key: await read('--tls-key', String(tlsKey)), cert: await read('--tls-cert', String(tlsCert)) }
}

async function read(flag: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`${flag}: ${(error as Error).message}`)
  }
}

function list(value: Flags[string]): string[] {
  return [value]
    .flat()
    .flatMap((item) => String(item).split(','))
    .map((item) => item.trim())
}
