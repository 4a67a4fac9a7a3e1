import type { RedisCall } from './redis-client.ts'
import type { StoreCall, SubjectIndex } from './store.ts'

/**
 * The sessions of a subject, in a sorted set of its own, which on a Cluster is on another node than they. A session is
 * entered before it becomes the subject's and leaves after it no longer is, so the set may name too many but misses none.
 *
 * A session can come back to a subject while somebody still has to take it out for the last time; so what is entered is a
 * place, which is a session in one generation. In one generation a session has one subject for ever, and generations only
 * grow: a place that is no longer taken never will be again.
 */
export class RedisIndex implements SubjectIndex {
  readonly #run: RedisCall

  constructor(run: RedisCall) {
    this.#run = run
  }

  async enter(subject: string, place: Place, absoluteAt: number, call: StoreCall): Promise<void> {
    const lifetime = Math.ceil(absoluteAt - call.now + GRACE)
    await this.#run('enter', 'subject', subject, [call.now - GRACE, lifetime, absoluteAt, textOf(place)], call)
  }

  async leave(subject: string, places: readonly Place[], call: StoreCall): Promise<void> {
    if (places.length > 0) await this.#run('leave', 'subject', subject, places.map(textOf), call)
  }

  /** Looks at each session that is named, and takes out the places that are free for ever. */
  async list(subject: string, call: StoreCall): Promise<string[]> {
    const live: string[] = []
    const free: Place[] = []
    await this.#each(subject, call, async (id, places, call) => {
      const seen = (await this.#run('glance', 'id', id, [call.now], call)) as [Buffer, Buffer | null, number] | null
      const [generation, of, isLive] = seen ?? []
      if (isLive === 1 && of?.toString() === subject) live.push(id)
      const taken = of?.toString() === subject ? Number(generation) : undefined
      free.push(...places.filter((place) => isFree(place, generation && Number(generation), taken, call)))
    })
    await this.leave(subject, free, call)
    return live
  }

  async destroyAll(subject: string, except: string | null, call: StoreCall): Promise<number> {
    let count = 0
    const free: Place[] = []
    await this.#each(subject, call, async (id, places, call) => {
      if (id === except) return
      const [removed, generation] = (await this.#run('destroy', 'id', id, [call.now, subject], call)) as Destroyed
      if (removed === 2) count++
      free.push(...places.filter((place) => isFree(place, generation && Number(generation), undefined, call)))
    })
    await this.leave(subject, free, call)
    return count
  }

  async #each(
    subject: string,
    call: StoreCall,
    visit: (id: string, places: readonly Place[], call: StoreCall) => Promise<void>,
  ): Promise<void> {
    const found = (await this.#run('places', 'subject', subject, [call.now - GRACE], call)) as Buffer[]
    const byId = new Map<string, Place[]>()
    for (const place of found.map(placeOf)) byId.set(place.id, [...(byId.get(place.id) ?? []), place])
    // A signal each: a client listens to it for every command, and more than ten listeners look like a leak to Node.
    const own = (): StoreCall => ({ now: call.now, signal: AbortSignal.any([call.signal]) })
    await Promise.all([...byId].map(([id, places]) => visit(id, places, own())))
  }
}

/** How long things are kept after their time, in milliseconds, as the clocks of servers differ. */
export const GRACE = 60_000

/** 0 nothing was removed, 1 an expired record, 2 a live one; then the generation, subject and time of creation found. */
export type Destroyed = [removed: number, generation?: Buffer, subject?: Buffer | null, createdAt?: Buffer]

/** A session in one generation. The first says when it was created, as that is the one before which there is no record. */
export interface Place {
  readonly id: string
  readonly generation: number
  readonly createdAt: number | null
}

function textOf({ generation, createdAt, id }: Place): string {
  return `${generation}:${createdAt ?? ''}:${id}`
}

function placeOf(text: Buffer): Place {
  const [, generation, createdAt, id] = /^(\d+):([^:]*):(.*)$/s.exec(text.toString())!
  return { id: id!, generation: Number(generation), createdAt: createdAt === '' ? null : Number(createdAt) }
}

/**
 * Whether a place is free for ever: `generation` is the record's that was found, if there was one, and `taken` the one that
 * is the subject's. What is entered but not yet there, it waits for: a rotation to the next generation, or a creation.
 */
function isFree(place: Place, generation: number | undefined, taken: number | undefined, { now }: StoreCall): boolean {
  if (generation !== undefined) return place.generation <= generation && place.generation !== taken
  return place.generation > 1 || now - (place.createdAt ?? 0) > HOUR
}

const HOUR = 3_600_000
