/** Seals bytes so that only we can read and make them: AES-256-GCM. The first key seals, every key opens. */
export class Seals {
  readonly #secrets: readonly Uint8Array<ArrayBuffer>[]
  #keys: Promise<readonly SealKey[]> | undefined

  /** @param secrets 32 random bytes each. */
  constructor(secrets: readonly Uint8Array<ArrayBuffer>[]) {
    this.#secrets = secrets
  }

  /** `purpose` is not in the result, and must be the same to open it: what was sealed for one thing is no other. */
  async seal(purpose: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const { id, key } = (await this.#ready())[0]!
    const head = new Uint8Array(HEAD)
    head[0] = VERSION
    head.set(id, 1)
    crypto.getRandomValues(head.subarray(1 + ID))
    const sealed = await crypto.subtle.encrypt(algorithm(head, purpose), key, bytes)
    const result = new Uint8Array(HEAD + sealed.byteLength)
    result.set(head)
    result.set(new Uint8Array(sealed), HEAD)
    return result
  }

  /** `null` for whatever was not sealed by us for this purpose, with a key that we still have. There is no other way in. */
  async open(purpose: string, sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | null> {
    if (sealed.length < HEAD + TAG || sealed[0] !== VERSION) return null
    const head = sealed.subarray(0, HEAD)
    const found = (await this.#ready()).find(({ id }) => id.every((byte, index) => byte === head[1 + index]))
    if (found === undefined) return null
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm(head, purpose), found.key, sealed.subarray(HEAD)))
    } catch {
      return null
    }
  }

  #ready(): Promise<readonly SealKey[]> {
    return (this.#keys ??= Promise.all(this.#secrets.map(keyOf)))
  }
}

interface SealKey {
  /** Names the key in what it sealed, so that none is tried in vain. */
  readonly id: Uint8Array
  readonly key: CryptoKey
}

/** What sealing adds to the length. */
export const SEAL_LENGTH = 1 + 6 + 12 + 16

const VERSION = 1
const ID = 6
const NONCE = 12
const TAG = 16
const HEAD = 1 + ID + NONCE

/** Both from the secret, by HKDF (RFC 5869): the id says nothing about the key. */
async function keyOf(secret: Uint8Array<ArrayBuffer>): Promise<SealKey> {
  const info = new TextEncoder().encode('@fsgi/middleware-session sealed cookie 1')
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  const derived = new Uint8Array(await crypto.subtle.deriveBits(hkdf, material, (32 + ID) * 8))
  const key = await crypto.subtle.importKey('raw', derived.subarray(0, 32), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { id: derived.slice(32), key }
}

/** The head and the purpose are authenticated with the rest (NIST SP 800-38D). */
function algorithm(head: Uint8Array<ArrayBuffer>, purpose: string): AesGcmParams {
  const said = new TextEncoder().encode(purpose)
  const additionalData = new Uint8Array(HEAD + said.length)
  additionalData.set(head)
  additionalData.set(said, HEAD)
  return { name: 'AES-GCM', iv: head.slice(1 + ID), additionalData, tagLength: TAG * 8 }
}
