import { seeOther } from '../see-other.ts'
import type { MembersVisit } from '../visit.ts'

export const NOTE_LENGTH = 200
const MOST_NOTES = 50

/** Writes on the scratch pad. `update` is repeated on what another tab has written meanwhile, so that both notes stay. */
export async function addNote(visit: MembersVisit): Promise<Response> {
  const { session, form } = visit
  const note = (form.get('note') ?? '').trim().slice(0, NOTE_LENGTH)
  if (note === '') return seeOther(visit, '/', 'There was nothing to note.')
  if (session.data.notes.length >= MOST_NOTES) return seeOther(visit, '/', 'The pad is full. Clear it first.')
  session.update((data) => void data.notes.push(note))
  return seeOther(visit, '/', 'Noted.')
}

export async function clearNotes(visit: MembersVisit): Promise<Response> {
  visit.session.update((data) => void (data.notes = []))
  return seeOther(visit, '/', 'The pad is empty.')
}
