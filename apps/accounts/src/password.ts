import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's N = 2^15, r = 8, p = 3: 32 MiB and about a fifth of a second for each password, also for who tries many. */
export const COST = 2 ** 15
const BLOCK_SIZE = 8
const PARALLELIZATION = 3

/** What is kept of a password: `scrypt:N:r:p:salt:key`. `cost` is N, a power of two. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, { salt, cost, blockSize: BLOCK_SIZE, parallelization: PARALLELIZATION })
  return ['scrypt', cost, BLOCK_SIZE, PARALLELIZATION, salt.toString('base64url'), key.toString('base64url')].join(':')
}

/** Whether it is the password, in a time that does not depend on how far it is right. */
export async function verifyPassword(password: string, kept: string): Promise<boolean> {
  const { key, ...parameters } = parse(kept)
  return timingSafeEqual(await derive(password, parameters), key)
}

/** Whether a password should be hashed again, now that it is known, as this program would do it today. */
export function isOutdated(kept: string, cost: number): boolean {
  return !kept.startsWith(`scrypt:${cost}:${BLOCK_SIZE}:${PARALLELIZATION}:`)
}

interface Parameters {
  readonly salt: Buffer
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
}

function derive(password: string, { salt, cost, blockSize, parallelization }: Parameters): Promise<Buffer> {
  const maxmem = 256 * cost * blockSize // bytes; it takes half of that
  return new Promise((resolve, reject) => {
    // NFKC: the same password from every keyboard (NIST SP 800-63B-4 §3.1.1.2).
    scrypt(password.normalize('NFKC'), salt, 32, { cost, blockSize, parallelization, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

function parse(kept: string): Parameters & { readonly key: Buffer } {
  const [, cost, blockSize, parallelization, salt, key] = kept.split(':')
  return {
    cost: Number(cost),
    blockSize: Number(blockSize),
    parallelization: Number(parallelization),
    salt: Buffer.from(salt!, 'base64url'),
    key: Buffer.from(key!, 'base64url'),
  }
}
