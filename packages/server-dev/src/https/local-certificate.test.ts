import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheFolder } from './cache-folder.ts'
import { localCertificate } from './local-certificate.ts'
import { makeCertificate } from './make-certificate.ts'

let folder: string
beforeEach(() => void (folder = join(mkdtempSync(join(tmpdir(), 'fsgi-cert-')), 'fsgi')))
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const DAY = 86_400_000

test('is for localhost and the loopback addresses, no authority, and valid for a year', async () => {
  const { cert, file, made } = await localCertificate([], folder)
  expect([file, made]).toEqual([join(folder, 'localhost.pem'), true])
  const certificate = new X509Certificate(cert)
  expect(certificate.subjectAltName).toBe(
    'DNS:localhost, DNS:*.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  )
  expect(certificate.ca).toBe(false)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']) // serverAuth
  const days = (Date.parse(certificate.validTo) - Date.now()) / DAY
  expect(days).toBeGreaterThan(390)
  expect(days).toBeLessThan(398)
})

test('the folder and the key are for this user alone; the next time it is the same', async () => {
  const first = await localCertificate([], folder)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['localhost.key.pem', 'localhost.pem'])
  expect(await localCertificate([], folder)).toEqual({ ...first, made: false })
})

test('other names have a certificate of their own, whatever their order', async () => {
  const plain = await localCertificate([], folder)
  const named = await localCertificate(['192.168.1.5', 'dev.example', '2001:db8::5'], folder)
  expect(new X509Certificate(named.cert).subjectAltName).toContain('DNS:dev.example')
  expect(new X509Certificate(named.cert).checkIP('192.168.1.5')).toBe('192.168.1.5')
  expect(new X509Certificate(named.cert).checkIP('2001:db8::5')).toBeDefined()
  const again = await localCertificate(['dev.example', '2001:db8::5', '192.168.1.5', 'localhost'], folder)
  expect(again).toEqual({ ...named, made: false })
  expect(await localCertificate([], folder)).toEqual({ ...plain, made: false })
})

test.each<[string, (files: { key: string; cert: string }) => void | Promise<void>]>([
  ['whose key others can read', ({ key }) => chmodSync(key, 0o644)],
  ['without a key', ({ key }) => rmSync(key)],
  ['with the key of another', async ({ key }) => writeFileSync(key, (await makeCertificate(['localhost'])).key)],
  ['that is nonsense', ({ cert }) => writeFileSync(cert, '-----BEGIN')],
  ['for other names', async (files) => replace(files, await makeCertificate(['localhost', '127.0.0.1', '::1']))],
  [
    'that ends in 29 days',
    async (files) => replace(files, await makeCertificate(namesOf(files), Date.now() - 367 * DAY)),
  ],
])('one %s is made anew', async (_, spoil) => {
  const first = await localCertificate([], folder)
  await spoil({ key: join(folder, 'localhost.key.pem'), cert: first.file! })
  const second = await localCertificate([], folder)
  expect(second.made).toBe(true)
  expect(second.cert).not.toBe(first.cert)
  expect(await localCertificate([], folder)).toEqual({ ...second, made: false })
})

test('one that ends in 32 days is kept', async () => {
  const { file } = await localCertificate([], folder)
  const files = { key: join(folder, 'localhost.key.pem'), cert: file! }
  replace(files, await makeCertificate(namesOf(files), Date.now() - 364 * DAY))
  expect((await localCertificate([], folder)).made).toBe(false)
})

test('where nothing can be kept there is one all the same', async () => {
  const inTheWay = join(folder, '..', 'file')
  writeFileSync(inTheWay, '')
  const { cert, file, made } = await localCertificate([], join(inTheWay, 'fsgi'))
  expect([file, made, new X509Certificate(cert).checkHost('localhost')]).toEqual([undefined, true, 'localhost'])
})

test.each([
  [{ XDG_CACHE_HOME: '/x' }, 'linux', '/x/fsgi'],
  [{ XDG_CACHE_HOME: '' }, 'linux', join(homedir(), '.cache/fsgi')],
  [{}, 'darwin', join(homedir(), 'Library/Caches/fsgi')],
  [{ LOCALAPPDATA: '/local' }, 'win32', '/local/fsgi/Cache'],
] as const)('with %j on %s the folder is %s', (env, platform, expected) => {
  expect(cacheFolder(env, platform)).toBe(expected)
})

interface Files {
  readonly key: string
  readonly cert: string
}

function replace({ key, cert }: Files, by: { key: string | Uint8Array; cert: string | Uint8Array }): void {
  writeFileSync(key, by.key)
  writeFileSync(cert, by.cert)
}

function namesOf({ cert }: Files): string[] {
  const names = new X509Certificate(readFileSync(cert)).subjectAltName!
  return names.split(', ').map((name) => name.replace(/^DNS:|^IP Address:/, '').replace('0:0:0:0:0:0:0:1', '::1'))
}
