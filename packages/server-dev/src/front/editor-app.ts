import * as z from 'zod'
import { errorResponse } from '@fsgi/core/server'
import { openInEditor } from './open-in-editor.ts'
import type { App } from '@fsgi/core'
import type { EditorFacts } from './open-in-editor.ts'

const places = z.strictObject({
  file: z.string().min(1).max(4096),
  line: z.int().min(1).default(1),
  column: z.int().min(1).default(1),
})

/** `POST /__fsgi/api/open { file, line, column }`: 204 when the editor opens it, else a line of text that says why not. */
export function editorApp(facts: EditorFacts): App {
  return async (request) => {
    const place = places.safeParse(await request.json().catch(() => undefined))
    if (!place.success) return errorResponse(400, 'Send { "file": …, "line": …, "column": … } as JSON.')
    try {
      await openInEditor(place.data, facts)
      return new Response(null, { status: 204 })
    } catch (error) {
      return errorResponse(error instanceof TypeError ? 404 : 500, (error as Error).message)
    }
  }
}
