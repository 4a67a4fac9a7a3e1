import type { FromChild } from '../../messages.ts'
import type { Recording } from '../../inspector/recorded.ts'

const MOST_WAITING = 2_000_000 // characters that the server has not taken yet

/**
 * Sends recordings to the server as fast as it takes them. What comes while too much is waiting is left out, so that the
 * application is not held up and its memory does not grow; how many they were is sent when there is room again.
 *
 * @param send `process.send`: the callback is called when the message has left this process.
 */
export function makeSender(send: (message: FromChild, sent: () => void) => void): (recording: Recording) => void {
  let waiting = 0
  let leftOut = 0
  return (recording) => {
    if (waiting > MOST_WAITING) {
      leftOut++
      return
    }
    const size = recording.characters + 1000
    waiting += size
    send({ type: 'exchange', recording }, () => {
      waiting -= size
      if (leftOut === 0 || waiting > 0) return
      send({ type: 'left-out', recordings: leftOut }, () => {})
      leftOut = 0
    })
  }
}
