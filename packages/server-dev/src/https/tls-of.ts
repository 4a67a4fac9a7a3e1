import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { localCertificate } from './local-certificate.ts'
import { networkNames } from '../addresses.ts'
import type { Settings } from '../dev-options.ts'
import type { Tls } from '@fsgi/server-node'

/** What a server speaks TLS with, and what there is to say about it. */
export interface TlsFacts {
  readonly tls: Tls | undefined
  readonly note?: string
}

/**
 * Key and certificate by the option `https`.
 * @throws {Error} of one line for files that cannot be read, or do not fit.
 */
export async function tlsOf({ host, https }: Pick<Settings, 'host' | 'https'>): Promise<TlsFacts> {
  if (https === false) return { tls: undefined }
  if (https !== true) return { tls: fitting({ key: read('key', https.key), cert: read('cert', https.cert) }) }
  const { key, cert, file, made } = await localCertificate(networkNames(host).concat(ownName(host)))
  const where = file === undefined ? 'it could not be kept: the next start makes another' : `it is in ${file}`
  const note = `made a certificate that browsers ask about until you trust it; ${where}`
  return { tls: { key, cert }, ...(made && { note }) }
}

/** `app.localhost` and the like: no name for the network, but one that browsers want to see. */
function ownName(host: Settings['host']): string[] {
  return host === undefined || host === true || host === '0.0.0.0' || host === '::' ? [] : [host]
}

function read(option: 'key' | 'cert', file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new Error(`option 'https.${option}' is ${resolve(file)}: ${why}`, { cause: error })
  }
}

function fitting(tls: { key: string; cert: string }): Tls {
  try {
    createSecureContext(tls)
    return tls
  } catch (error) {
    throw new Error(`option 'https' must name a key and its certificate in PEM: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
