import { generateKeyPair, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import type { Tls } from '@fsgi/server-node'

const DAY = 86_400_000
const VALID = 397 // days: the most that browsers take of a certificate

/**
 * A new key and a certificate that it has signed itself, for these names and addresses. It is no authority (`CA:FALSE`):
 * whoever trusts it trusts these names, and nothing that could be signed with its key.
 */
export async function makeCertificate(names: readonly string[], now = Date.now()): Promise<Tls> {
  const { pki, md } = (await import('node-forge')).default // loaded only when there is none yet
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048, // node-forge knows no others, and browsers take it
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const certificate = pki.createCertificate()
  const subject = [
    { name: 'commonName', value: 'fsgi-dev' },
    { name: 'organizationName', value: 'FSGI development certificate' },
  ]
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}` // positive (RFC 5280 §4.1.2.2)
  certificate.publicKey = pki.publicKeyFromPem(publicKey)
  certificate.validity.notBefore = new Date(now - DAY) // clocks differ
  certificate.validity.notAfter = new Date(now + (VALID - 1) * DAY)
  certificate.setSubject(subject)
  certificate.setIssuer(subject)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : dnsName(name))) },
    { name: 'subjectKeyIdentifier' },
  ])
  certificate.sign(pki.privateKeyFromPem(privateKey), md.sha256.create())
  return { key: privateKey, cert: pki.certificateToPem(certificate) }
}

function dnsName(value: string): object {
  return { type: 2, value }
}
