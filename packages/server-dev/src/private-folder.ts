import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that only this user can look into, for the sockets between the server and the application's processes. */
export interface PrivateFolder {
  /** A new address to listen on: a path of at most 107 bytes, or a pipe's name on Windows. */
  socket(): string
  remove(): void
}

export function privateFolder(): PrivateFolder {
  const folder = mkdtempSync(join(tmpdir(), 'fsgi-')) // mode 0700
  let count = 0
  return {
    socket() {
      count++
      return process.platform === 'win32'
        ? `\\\\.\\pipe\\${folder.replaceAll(/[:\\]/g, '-')}-${count}`
        : join(folder, `${count}.sock`)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
