import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { makeCertificate } from './make-certificate.ts'

/** A key, its certificate, and where the certificate is kept. */
export interface LocalCertificate {
  readonly key: string
  readonly cert: string
  /** The certificate's file; undefined if it could not be kept. */
  readonly file: string | undefined
  /** Whether it was made just now: nobody can trust it yet. */
  readonly made: boolean
}

const LOCAL = ['localhost', '*.localhost', '127.0.0.1', '::1']
const RENEW = 30 * 86_400_000 // ms before its end

/**
 * This user's own certificate for `localhost` and the names given: kept in a folder that only this user can look into, and
 * made anew when it is missing, about to end, or readable by others. One with names of its own is another file, so that
 * trust in that for localhost alone stays.
 */
export async function localCertificate(
  names: readonly string[] = [],
  folder: string = cacheFolder(),
): Promise<LocalCertificate> {
  const others = [...new Set(names)].filter((name) => !LOCAL.includes(name)).toSorted()
  const all = [...LOCAL, ...others]
  const stem = others.length === 0 ? 'localhost' : `localhost-${fingerprint(others)}`
  const [keyFile, certFile] = [join(folder, `${stem}.key.pem`), join(folder, `${stem}.pem`)]
  const kept = read(keyFile, certFile, all)
  if (kept !== undefined) return { ...kept, file: certFile, made: false }
  const made = (await makeCertificate(all)) as { key: string; cert: string }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700) // it may have been there
    write(keyFile, made.key)
    write(certFile, made.cert)
    return { ...made, file: certFile, made: true }
  } catch {
    return { ...made, file: undefined, made: true }
  }
}

/** What is kept, if it can be used. */
function read(keyFile: string, certFile: string, names: readonly string[]): { key: string; cert: string } | undefined {
  try {
    if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0) return undefined
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')]
    const certificate = new X509Certificate(cert)
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
    const fits = certificate.checkPrivateKey(createPrivateKey(key)) && names.every((name) => covers(certificate, name))
    return fits && from <= Date.now() && Date.now() < to - RENEW ? { key, cert } : undefined
  } catch {
    return undefined // not there, or not what it should be
  }
}

function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined
  return `${certificate.subjectAltName}, `.includes(`DNS:${name}, `) // checkHost() knows no wildcard below one label
}

/** All or nothing, whoever else does the same now. */
function write(file: string, text: string): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, file)
}

function fingerprint(names: readonly string[]): string {
  return createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 8)
}
