import { z } from 'zod'

export const NAME_LENGTH = 60
export const TEXT_LENGTH = 1000

/** What a visitor writes. Lengths are counted as HTML's `maxlength` counts them: in UTF-16 code units, a line break as one. */
export const newMessage = z.object(
  {
    name: written('name', NAME_LENGTH).overwrite((name) => name.replaceAll(/\s+/g, ' ')),
    text: written('message', TEXT_LENGTH),
  },
  'A message is an object with a name and a text.',
)

export type NewMessage = Readonly<z.infer<typeof newMessage>>

/** Why something is not a message, as the API tells it. */
export interface Reason {
  /** The field, or `''` for the whole. */
  readonly path: string
  readonly message: string
}

export function reasonsOf(error: z.ZodError): Reason[] {
  return error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
}

function written(what: string, most: number) {
  return z
    .string({
      error: (issue) => (issue.input === undefined ? `Please write a ${what}.` : `The ${what} must be a string.`),
    })
    .overwrite(plainText)
    .refine((text) => VISIBLE.test(text), { error: `Please write a ${what}.`, abort: true })
    .max(most, {
      error: (issue) => `The ${what} has ${(issue.input as string).length} characters, ${most} are allowed.`,
    })
}

/** Line feeds only (a form sends CRLF), no control characters, no halves of characters, nothing blank around it. */
function plainText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(UNWANTED, '').trim()
}

const UNWANTED = /\p{Cs}|[^\P{Cc}\n\t]/gu // lone surrogates; control characters, of which libsql ends a text at NUL
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
