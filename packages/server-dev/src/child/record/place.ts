import { AsyncLocalStorage } from 'node:async_hooks'
import type { Room } from './room.ts'
import type { OpenCall, Tape } from './tape.ts'

/** One call through a border, as what happens during it finds it. */
export interface Place {
  readonly layer: string
  readonly tape: Tape
  readonly parent: Place | undefined
  /** Where what is known of it is noted. */
  readonly room: Room
  /** Gone when all is over, so that what outlives the exchange does not keep its record. */
  call: OpenCall | undefined
  /** Whether the layer itself has been called: before that, lint prepares. */
  entered: boolean
}

const places = new AsyncLocalStorage<Place>()

/** Where the code that runs now is, if it is part of an exchange that is recorded. */
export function currentPlace(): Place | undefined {
  const place = places.getStore()
  return place?.tape.closed === true ? undefined : place
}

/** Runs `work`, and what it starts, at a place. */
export function at<T>(place: Place, work: () => T): T {
  return places.run(place, work)
}
