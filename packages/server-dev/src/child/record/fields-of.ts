import { headOf } from '@fsgi/core/server'
import type { Field } from '../../inspector/recorded.ts'
import type { Room } from './room.ts'

const MOST_FIELDS = 100

/** The header fields of a message. Those of a reply whose headers nobody has made are not made for this. */
export function fieldsOf(message: Request | Response, room: Room): Field[] {
  const flat = message instanceof Response ? headOf(message) : null
  const fields: Field[] = []
  if (flat === null) for (const [name, value] of message.headers) add(name, value)
  else for (let i = 0; i < flat.length; i += 2) add(flat[i]!, flat[i + 1]!)
  return fields

  function add(name: string, value: string): void {
    if (fields.length >= MOST_FIELDS || !room.free) room.leaveOut('fields')
    else fields.push([room.text(name), room.text(value)])
  }
}
