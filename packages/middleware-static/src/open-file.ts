import { isNotFound, nodeFs, withoutWaiting } from './node-fs.ts'
import { isSameVersion } from './is-same-version.ts'
import type { BigIntStats } from 'node:fs'
import type { ReadPace } from './read-pace.ts'

/**
 * An open descriptor of one version of a file. Opening is synchronous: it takes the kernel five microseconds, a thread
 * fifty and more. Closing waits for a read that is under way, whose descriptor's number might else be another file's by then.
 */
export class OpenFile {
  readonly #fd: number
  #reads = 0
  #closed = false
  #slow = false

  private constructor(fd: number) {
    this.#fd = fd
  }

  /** `null` if under this path there is not, or no longer, the version that was checked. */
  static open(path: string, version: BigIntStats): OpenFile | null {
    const { openSync, fstatSync, closeSync } = nodeFs()
    let fd: number | null = null
    try {
      fd = openSync(path, withoutWaiting())
      if (isSameVersion(version, fstatSync(fd, { bigint: true }))) return new OpenFile(fd)
    } catch (error) {
      if (fd !== null) closeSync(fd)
      if (isNotFound(error)) return null
      throw error
    }
    closeSync(fd)
    return null
  }

  /**
   * The same as `read`, at once as long as that is fast. A file that once was slow is read by threads to its end. Who calls it again and
   * again must let others have their turn in between.
   */
  async readAtOnce(buffer: Uint8Array, position: number, pace: ReadPace): Promise<number> {
    if (this.#slow || this.#closed || pace.isSlow) return this.read(buffer, position)
    const bytesRead = pace.timed(() => this.readSync(buffer, position))
    this.#slow = pace.lastWasSlow
    return bytesRead
  }

  readSync(buffer: Uint8Array, position: number): number {
    return nodeFs().readSync(this.#fd, buffer, 0, buffer.length, position)
  }

  /** Fills as much of `buffer` as there is at `position`, in a thread; 0 bytes are the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number> {
    if (this.#closed)
      return Promise.reject(new Error('@fsgi/middleware-static: the file was closed before it was read'))
    this.#reads++
    return new Promise((resolve, reject) => {
      nodeFs().read(this.#fd, buffer, 0, buffer.length, position, (error, bytesRead) => {
        this.#reads--
        if (this.#closed) this.#closeUnread()
        if (error === null) resolve(bytesRead)
        else reject(error)
      })
    })
  }

  stat(): BigIntStats {
    return nodeFs().fstatSync(this.#fd, { bigint: true })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#closeUnread()
  }

  #closeUnread(): void {
    if (this.#reads === 0) nodeFs().closeSync(this.#fd)
  }
}
