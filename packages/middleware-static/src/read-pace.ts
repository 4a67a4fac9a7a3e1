/**
 * Whether files are read at once or in threads. At once is cheaper as long as the kernel has them in memory: waking a thread costs more
 * than reading 64 KiB. A read that takes long (a disk that was asleep, a network) keeps everybody waiting: after two in a row threads read
 * all files of that file system for a second. One alone says little: the process itself may have been kept from running.
 */
export class ReadPace {
  #slowInARow = 0
  #slowUntil = -Infinity

  get isSlow(): boolean {
    return performance.now() < this.#slowUntil
  }

  /** Whether the last read that was timed took long. */
  get lastWasSlow(): boolean {
    return this.#slowInARow > 0
  }

  /** Reads at once. */
  timed(read: () => number): number {
    const started = performance.now()
    const bytesRead = read()
    const ended = performance.now()
    this.#slowInARow = ended - started > SLOW ? this.#slowInARow + 1 : 0
    if (this.#slowInARow > 1) this.#slowUntil = ended + PAUSE
    return bytesRead
  }
}

/** Milliseconds. A buffer that is filled from memory takes a tenth of one. */
const SLOW = 2

/** Milliseconds until it is tried again. */
const PAUSE = 1000
