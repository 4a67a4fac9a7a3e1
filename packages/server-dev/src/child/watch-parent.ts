import { Worker } from 'node:worker_threads'

/**
 * Ends this process when its parent is gone, from a thread of its own: an application in an endless loop would never see
 * that the channel to the parent has closed. Gives the orderly end, which `disconnect` starts, time to happen first.
 */
export function watchParent(): void {
  new Worker(WATCH, { eval: true, execArgv: [], env: {}, stdin: false, workerData: process.ppid }).unref()
}

const WATCH = `
const { workerData: parent } = require('node:worker_threads')
setInterval(() => {
  try {
    process.kill(parent, 0)
    if (process.ppid === parent) return
  } catch (error) {
    if (error.code === 'EPERM') return
  }
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3000)
}, 500)
`
