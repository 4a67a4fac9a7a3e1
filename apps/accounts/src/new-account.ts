import { z } from 'zod'
import { cleanName } from './clean-name.ts'

export const NAME_LENGTH = 40
export const PASSWORD_LENGTH = { least: 15, most: 200 } // NIST SP 800-63B-4 §3.1.1.2: 15 where nothing else protects

/** What somebody signs up with. */
export const newAccount = z
  .object({
    name: z
      .string()
      .overwrite(cleanName)
      .refine((name) => /[\p{L}\p{N}]/u.test(name), { error: 'Please choose a name.', abort: true })
      .max(NAME_LENGTH, { error: `The name is too long: ${NAME_LENGTH} characters are allowed.` }),
    password: z
      .string()
      .refine((password) => Array.from(password).length >= PASSWORD_LENGTH.least, {
        error: `The password is too short: it needs ${PASSWORD_LENGTH.least} characters. A few words will do.`,
        abort: true,
      })
      .max(PASSWORD_LENGTH.most, { error: `The password is too long: ${PASSWORD_LENGTH.most} characters are allowed.` })
      .refine((password) => new Set(password).size >= 6, { error: 'The password is too easy to guess.' }),
  })
  .refine(({ name, password }) => withoutName(password, name).length >= 8, {
    error: 'The password is too easy to guess: it is little more than the name.',
    path: ['password'],
  })

/** Why something is not an account: for each field what to say beside it. */
export type Reasons = Readonly<Partial<Record<string, string>>>

export function reasonsOf(error: z.ZodError): Reasons {
  return Object.fromEntries(error.issues.map(({ path, message }) => [path.join('.'), message]).toReversed())
}

function withoutName(password: string, name: string): string {
  return password.toLowerCase().replaceAll(name.toLowerCase(), '')
}
